import { useActions, useInspector, useLocal } from '../context';

/** The two layouts of the page: the guide and the lab bench. What is open is the same in both. */
export function Places() {
  const actions = useActions();
  const isGuide = useInspector((state) => state.view.step !== null);
  const resumed = useLocal((state) => state.guide.last);
  const places = [
    {
      name: 'Guide',
      here: isGuide,
      title: 'The question in eight steps',
      go: () => actions.goToStep(resumed),
    },
    {
      name: 'Lab bench',
      here: !isGuide,
      title: 'Everything that can be seen and done',
      go: () => actions.goToStep(null),
    },
  ];
  return (
    <nav className="places" aria-label="Layout of the page">
      {places.map(({ name, here, title, go }) => (
        <button
          key={name}
          type="button"
          className="place"
          title={title}
          aria-current={here ? 'page' : undefined}
          onClick={() => {
            if (!here) go();
          }}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}
