import { describe, expect, it } from 'vitest';
import { refusedStart } from '@/engine/client/refusal';
import { waysToStart } from '@/engine/client/starting';

const OWN = 'https://blog.example';
const CDN = 'https://cdn.example/latent-inspector/worker.js';

describe('the ways to start the worker', () => {
  const kinds = (address: string, origin: string, bound = false) =>
    waysToStart(address, origin, { type: 'module' }, bound).map(
      ({ text, options }) => `${options.type ?? 'classic'}${text ? ' text' : ''}`,
    );

  it('begin with its address, and with a text where a browser starts no worker from there', () => {
    expect(kinds(`${OWN}/worker.js`, OWN)).toEqual(['module', 'module text', 'classic text']);
    expect(kinds(CDN, OWN)).toEqual(['module text', 'classic text']);
    expect(kinds(`${OWN}/worker.js`, 'null')).toEqual(['classic text', 'module text']);
  });

  it('begin with a text where the worker is to have the policy of the page', () => {
    expect(kinds(`${OWN}/worker.js`, OWN, true)).toEqual(['module text', 'module', 'classic text']);
  });
});

describe('a start that failed', () => {
  const words = (directive: string, what: string, address = `${OWN}/worker.js`) => {
    const error = refusedStart({ address, origin: OWN, blocked: [{ directive, what }] });
    return error && `${error.code}: ${error.message} ${error.advice}`;
  };

  it('is a policy’s where that has blocked the worker or its script, with what its author has to allow', () => {
    expect(words('worker-src', `${OWN}/worker.js`)).toBe(
      "no-backend: A policy of this page (Content-Security-Policy) does not let the computation start: worker-src forbids its worker. Whoever runs this page has to allow https://blog.example ('self') in worker-src.",
    );
    expect(words('worker-src', 'blob', CDN)).toContain(
      'has to allow blob: in worker-src, and https://cdn.example in script-src and worker-src.',
    );
    expect(words('script-src-elem', CDN, CDN)).toContain('script-src-elem forbids its worker');
  });

  it('names Trusted Types', () => {
    expect(words('trusted-types', 'trusted-types-policy')).toContain(
      'its list of trusted-types does not name latent-inspector. Whoever runs this page has to add latent-inspector to trusted-types.',
    );
    expect(words('require-trusted-types-for', 'trusted-types-sink')).toContain('requires Trusted Types');
  });

  it('is none of a policy that has blocked something else', () => {
    expect(words('img-src', `${OWN}/worker.js`)).toBeNull();
    expect(words('script-src-elem', 'https://ads.example/x.js')).toBeNull();
    expect(refusedStart({ address: CDN, origin: OWN, blocked: [] })).toBeNull();
  });
});
