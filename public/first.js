// What the first paint shows is on its way before the script that shows it; a link may ask for something else.
if (!location.search && !location.hash) {
  const link = document.createElement('link');
  Object.assign(link, { rel: 'preload', as: 'fetch', crossOrigin: '', href: 'recordings/example.lirec' });
  document.head.append(link);
}
