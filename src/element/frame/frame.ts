/**
 * Prepares the page's element where an address asks for a frame. It has to come before `embed`, which brings the element to
 * life with the attributes that it then has.
 */
import type { LatentInspectorElement } from '../embed';
import { readEmbedRequest } from './request';
import { serve } from './serve';

const request = readEmbedRequest(location);
const element = document.querySelector('latent-inspector');

if (request && element) {
  element.toggleAttribute('embed', true);
  if (request.theme) element.setAttribute('theme', request.theme);
  if (request.recording) element.setAttribute('recording', request.recording);
  document.documentElement.dataset.embed = '';
  customElements.whenDefined('latent-inspector').then(() => {
    const { parent } = window;
    if (parent !== window) {
      serve({ element: element as LatentInspectorElement, origins: request.origins, target: window });
    }
  });
}
