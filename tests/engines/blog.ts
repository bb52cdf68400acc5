/** The built page with an author's pages beside it, as `npm start` serves it. */
import { readFileSync } from 'node:fs';
import { preview } from 'vite';

/** An author's page with a recorded figure, and one with the page in a frame. */
function pages(script: string): Record<string, string> {
  const page = (body: string) =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>A post</title><body><h1>One cell</h1>${body}</body></html>`;
  return {
    '/recorded.html': page(
      `<script type="module" src="${script}"></script>
       <latent-inspector recording="recordings/example.lirec"></latent-inspector>`,
    ),
    '/framed.html': page(
      '<iframe title="Latent inspector" width="1000" height="900" src="./index.html?embed=1#v=1&model=mini-planted&picture=room&size=256&cell=1,1"></iframe>',
    ),
  };
}

export async function openBlog(): Promise<{ url: string; close(): Promise<void> }> {
  const [, script] =
    readFileSync('dist/index.html', 'utf8').match(/<script type="module"[^>]* src="([^"]+)"/) ?? [];
  const served = pages(script);
  const server = await preview({
    logLevel: 'warn',
    preview: { host: 'localhost', port: 0 },
    plugins: [
      {
        name: 'an-authors-pages',
        configurePreviewServer({ middlewares }) {
          middlewares.use((request, response, next) => {
            const body = served[request.url ?? ''];
            if (body === undefined) return next();
            response.setHeader('Content-Type', 'text/html');
            response.end(body);
          });
        },
      },
    ],
  });
  return { url: server.resolvedUrls!.local[0], close: () => server.close() };
}
