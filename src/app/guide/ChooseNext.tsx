import { useActions, useInspector } from '../context';
import { ChooseImage } from '../header/ChooseImage';
import { bytes } from '../parts/format';

/** The models that the claim is about, and what it contrasts them with. */
const REAL = ['sd1', 'sdxl'] as const;

/** The last step's ways on: the visitor's own photograph, the real autoencoders, or the lab bench. */
export function ChooseNext() {
  const actions = useActions();
  const models = useInspector((state) => state.models);
  const size = models
    .filter(({ id }) => REAL.some((real) => real === id))
    .flatMap(({ files }) => files)
    .reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  return (
    <div className="guide-choices">
      <ChooseImage label="Try your own photo" className="button choose" />
      <button
        type="button"
        className="button"
        onClick={() => {
          actions.setModel('sd1').catch(() => {});
          actions.setCompare('sdxl').catch(() => {});
        }}
      >
        Open SD 1.x beside SDXL ({bytes(size)})
      </button>
      <button type="button" className="button" onClick={() => actions.goToStep(null)}>
        Go to the lab bench
      </button>
    </div>
  );
}
