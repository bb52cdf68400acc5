import { useEffect, useRef, useState } from 'react';
import { light } from './light';
import { GLOSSARY } from './terms';

/** All words that the page explains, in the order of the alphabet. Pointing at one lights its place. */
export function GlossaryList() {
  return (
    <section className="glossary">
      <h3>Glossary</h3>
      <dl>
        {GLOSSARY.map((entry) => (
          <Entry key={entry.id} {...entry} />
        ))}
      </dl>
    </section>
  );
}

function Entry({ name, says, part }: (typeof GLOSSARY)[number]) {
  const element = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState(false);
  useEffect(() => {
    if (pointed && part) return light(part, element.current!);
  }, [pointed, part]);
  return (
    <div ref={element} onPointerEnter={() => setPointed(true)} onPointerLeave={() => setPointed(false)}>
      <dt>{name}</dt>
      <dd>{says}</dd>
    </div>
  );
}
