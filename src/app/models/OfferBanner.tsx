import type { InspectorState } from '@/session/types';
import { useActions, useInspector, useInspectorContext } from '../context';
import { bytes } from '../parts/format';
import { modelName } from '../sides/side';

/** One sentence on what a link or an author asks to be downloaded. */
export function offerWords(
  state: Pick<InspectorState, 'models' | 'stored'>,
  offer: NonNullable<InspectorState['offer']>,
  what: 'link' | 'figure',
): string {
  const names = offer.models.map((id) => modelName(state.models, id)).join(' beside ');
  const size =
    offer.bytes === null ? 'a download of a size not known yet' : `a download of ${bytes(offer.bytes)}`;
  const from = ` from ${offer.from}`;
  const kept =
    state.stored?.place === null
      ? 'this browser keeps nothing, so it is downloaded at each visit'
      : 'kept on this computer for the next visit';
  return `This ${what} shows ${names}, which takes ${size}${from} (${kept}).`;
}

/** Offer of a download: nobody is made to download what they did not ask for. */
export function OfferBanner() {
  const { page } = useInspectorContext();
  const actions = useActions();
  const offer = useInspector((state) => state.offer);
  const words = useInspector(
    (state) => state.offer && offerWords(state, state.offer, page ? 'link' : 'figure'),
  );
  if (!offer || !words) return null;
  return (
    <aside className="offer" aria-label="A model to download">
      <p>{words}</p>
      <span className="offer-buttons">
        <button
          type="button"
          className="button strong"
          onClick={() => {
            actions.acceptOffer().catch(() => {});
          }}
        >
          Download and open
        </button>
        <button type="button" className="button" onClick={() => actions.dismissOffer()}>
          Not now
        </button>
      </span>
    </aside>
  );
}
