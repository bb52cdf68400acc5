import { useState } from 'react';
import { writeComfyLatent } from '@/formats/latent/comfy';
import { type LatentFacts, metadataOf, writeLatentTensors } from '@/formats/latent/file';
import { writeNpy } from '@/formats/latent/npy';
import { isUnscaled, toScaled, UNSCALED } from '@/formats/latent/scaling';
import { channelsFirst } from '@/formats/latent/shape';
import { factorOf } from '@/session/models/factors';
import { version } from '../../../package.json';
import { analysisOf, editedLatent, enabledEdits } from '../cell/analysis';
import { useInspector, useInspectorContext } from '../context';
import { factorWords } from '../models/factorWords';
import { scaledWords } from '../parts/format';
import { Segmented } from '../parts/Segmented';
import { useComparing, useModelName, useSide } from '../sides/side';
import { LETTERS, SIDES, type Side } from '../sides/sideNames';
import { ExportButtons, type Way } from './ExportButtons';
import { exportName, subjectOf } from './ExportFigures';
import { FactorChoice } from './FactorChoice';

type Which = 'original' | 'edited';

/** Words for where the factor comes from, as the file says it. */
const FROM = {
  configuration: 'the configuration of the model',
  chosen: 'chosen by whoever saved it',
  assumed: 'assumed: the file of the model does not say it',
} as const;

/** The latent in three formats, as it was encoded or as it is decoded now, unscaled or scaled. */
export function ExportLatent() {
  const { store } = useInspectorContext();
  const state = useInspector((all) => all);
  const comparing = useComparing();
  const [chosenSide, setSide] = useState<Side>('a');
  const side = comparing ? chosenSide : 'a';
  const posterior = useSide((own) => own.posterior, side);
  const edits = useSide((own) => own.edits, side);
  const info = useSide((own) => own.model.info, side);
  const modelId = useSide((own) => own.id, side);
  const modelName = useModelName(side);
  const isEdited = enabledEdits(edits).length > 0;
  const [chosen, setWhich] = useState<Which>('edited');
  const which = isEdited ? chosen : 'original';
  const factors = useInspector((all) => all.factors);
  const factor = info && factorOf(info, factors);
  const own = factor?.scaling;
  const [scaled, setScaled] = useState(false);
  const scaling = scaled && own ? own : UNSCALED;
  const ready = posterior && info?.id === modelId;

  const unscaledLatent = () => {
    if (!posterior) throw new Error('There is no latent.');
    return which === 'edited' ? editedLatent(posterior, edits) : analysisOf(posterior).mean;
  };
  const facts = (of = scaling): LatentFacts => ({
    model: { id: modelId, name: modelName, sha256: info?.provenance.sha256 ?? null },
    picture: subjectOf(store.getState()).title,
    which,
    version,
    scaling: of,
    ...(factor && !isUnscaled(of) && { scalingFrom: FROM[factor.from] }),
  });
  const way = (label: string, make: () => ArrayBuffer | Uint8Array<ArrayBuffer>, own = scaling): Way => ({
    label,
    name: exportName(
      state,
      `latent-${which}${isUnscaled(own) ? '' : '-scaled'}${comparing ? `-${side}` : ''}`,
      label.slice(1),
    ),
    make: () => new Blob([make()], { type: 'application/octet-stream' }),
  });
  const ways = [
    way('.npy', () => writeNpy(channelsFirst(toScaled(unscaledLatent(), scaling)))),
    way('.safetensors', () => writeLatentTensors(toScaled(unscaledLatent(), scaling), facts())),
    way('.latent', () => writeComfyLatent(unscaledLatent(), metadataOf(facts(UNSCALED)), own), UNSCALED),
  ];
  return (
    <section aria-labelledby="export-latent">
      <h3 id="export-latent">The latent, float32, [1, channels, rows, columns]</h3>
      <div className="export-settings">
        {comparing && (
          <Segmented
            label="Latent of which model"
            name="latent-side"
            value={side}
            choices={SIDES.map((each) => ({ value: each, label: LETTERS[each] }))}
            onChange={(next: Side) => setSide(next)}
          />
        )}
        <Segmented
          label="Which latent"
          name="latent-which"
          value={which}
          choices={[
            { value: 'original', label: 'original' },
            { value: 'edited', label: 'edited', disabled: !isEdited },
          ]}
          onChange={(next: Which) => setWhich(next)}
        />
        {own && !isUnscaled(own) && (
          <Segmented
            label="Scaled or unscaled numbers"
            name="latent-scaled"
            value={scaled ? 'scaled' : 'unscaled'}
            choices={[
              { value: 'unscaled', label: 'unscaled', title: 'The numbers that the decoder is given' },
              {
                value: 'scaled',
                label: `scaled by ${factorWords(own)}${factor?.from === 'assumed' ? ' (assumed)' : ''}`,
                title: `As diffusion pipelines keep them: ${scaledWords(own)}`,
              },
            ]}
            onChange={(value) => setScaled(value === 'scaled')}
          />
        )}
      </div>
      {scaled && <FactorChoice side={side} />}
      <ExportButtons label="Save the latent" ways={ways} problem={ready ? null : 'Nothing is encoded yet.'} />
      <p className="muted small">
        {scaled
          ? 'Scaled numbers come back within two of their last digits. '
          : 'Unscaled numbers come back bit for bit. '}
        The .safetensors file says which they are; a .npy file cannot, so this page will ask. A .latent file
        is ComfyUI&rsquo;s, which keeps them unscaled.
      </p>
    </section>
  );
}
