import { Suspense, useEffect, useRef, useState } from 'react';
import { lazyPart } from '../parts/lazyPart';
import { Boundary } from '../trouble/Boundary';

const Article = lazyPart(() => import('./Article').then((module) => module.default));

/** The place of the article under the guide: its heading at once, its text when it comes near the window. */
export function ArticlePlace() {
  const waiting = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (isNear) return;
    const load = () => setNear(true);
    const found = (entries: IntersectionObserverEntry[]) => {
      if (entries.some((entry) => entry.isIntersecting)) load();
    };
    // The heading is in the first window, which nothing may slow down: it has to be scrolled to.
    const observer = new IntersectionObserver(found, { rootMargin: '0px 0px -15% 0px' });
    observer.observe(waiting.current!);
    window.addEventListener('beforeprint', load);
    return () => {
      observer.disconnect();
      window.removeEventListener('beforeprint', load);
    };
  }, [isNear]);
  return (
    <section className="article" aria-labelledby="article-title">
      <h2 id="article-title">What is claimed, and what is known</h2>
      {isNear ? (
        <Boundary what="The article">
          <Suspense fallback={<p className="article-waiting muted">The article is loading.</p>}>
            <Article />
          </Suspense>
        </Boundary>
      ) : (
        <div className="article-waiting" ref={waiting} />
      )}
    </section>
  );
}
