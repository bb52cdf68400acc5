import { factorOf } from '@/session/models/factors';
import { useInspector } from '../context';
import { SideBadge } from '../sides/Sides';
import { useComparing, useSide } from '../sides/side';
import type { Side } from '../sides/sideNames';
import { FileHash } from './FileHash';
import { Fingerprint } from './Fingerprint';
import { factorSentence } from './factorWords';
import { modelFacts, specialWords } from './modelFacts';

/** Facts that a visitor should know about the model of one side: what it is, its file, where that came from, what was assumed. */
export function ModelAbout(props: { side: Side }) {
  const id = useSide((side) => side.id, props.side);
  const opened = useSide((side) => side.model.info, props.side);
  const models = useInspector((state) => state.models);
  const stored = useInspector((state) => state.stored);
  const factors = useInspector((state) => state.factors);
  const comparing = useComparing();
  const manifest = models.find((model) => model.id === id);
  if (!manifest) return null;
  const info = opened?.id === id ? opened : null;
  const special = specialWords(manifest, models);
  return (
    <section className="about" aria-label={manifest.name}>
      <p className="about-name">
        {comparing && <SideBadge side={props.side} />} <strong>{manifest.name}</strong>
      </p>
      <p>{manifest.summary}</p>
      {manifest.note && <p>{manifest.note}</p>}
      {special && <p>{special}</p>}
      <dl className="facts small">
        {modelFacts(manifest, info, stored).map(({ term, text }) => (
          <Fact key={term} term={term}>
            {text}
          </Fact>
        ))}
        <Source
          address={info?.provenance.address ?? manifest.hub?.repository ?? null}
          revision={info?.provenance.revision ?? manifest.hub?.revision ?? null}
          sha256={info ? info.provenance.sha256 : (manifest.files[0]?.sha256 ?? null)}
        />
        {manifest.kind === 'file' && !info?.provenance.sha256 && (
          <Fact term="SHA-256">
            <FileHash model={manifest.id} />
          </Fact>
        )}
      </dl>
      <Sentences title="Assumed" items={info?.assumptions ?? []} />
      {info && factorOf(info, factors).from === 'chosen' && (
        <Sentences title="Said by you" items={[factorSentence(factorOf(info, factors))]} />
      )}
      <Sentences title="Worth knowing" items={info?.provenance.notices ?? []} />
    </section>
  );
}

function Fact(props: { term: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

/** Address, revision and SHA-256 of its file. */
function Source(props: { address: string | null; revision: string | null; sha256: string | null }) {
  const { address, revision, sha256 } = props;
  return (
    <>
      {address && (
        <Fact term="From">
          <span className="address">{address}</span>
        </Fact>
      )}
      {revision && (
        <Fact term="Revision">
          <Fingerprint of="revision" value={revision} />
        </Fact>
      )}
      {sha256 && (
        <Fact term="SHA-256">
          <Fingerprint of="SHA-256" value={sha256} />
        </Fact>
      )}
    </>
  );
}

function Sentences(props: { title: string; items: readonly string[] }) {
  if (props.items.length === 0) return null;
  return (
    <div className="small">
      <p className="muted">{props.title}</p>
      <ul className="sentences">
        {props.items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  );
}
