import { useInspectorContext, useLocal } from '../context';
import { Popover } from '../parts/Popover';
import { KEY_GROUPS, SINGLE_KEYS } from './keyList';
import { rememberShortcuts } from './remembered';

/** All keys, and the switch of those that are pressed without another one. */
export function KeyboardButton() {
  const { local, page, embed } = useInspectorContext();
  const open = useLocal((state) => state.keyboardHelp);
  const on = useLocal((state) => state.shortcuts);
  const toggle = () => {
    local.setState({ shortcuts: !on });
    // Inspectors in other people's pages leave nothing behind.
    if (page && !embed) rememberShortcuts(!on);
  };
  return (
    <Popover
      label={
        <>
          <KeyboardIcon />
          <span className="keyboard-word">Keyboard</span>
        </>
      }
      className="button quiet small keyboard"
      title="All keys, and the switch of single ones"
      align="right"
      open={open}
      onOpen={(next) => local.setState({ keyboardHelp: next })}
    >
      {KEY_GROUPS.map((group) => (
        <Keys key={group.where} {...group} />
      ))}
      <label className="radio">
        <input type="checkbox" checked={on} onChange={toggle} />
        <span>
          Single-key shortcuts{' '}
          <span className="muted">
            (only while the focus is in the panes or the panels under them, never while you type)
          </span>
        </span>
      </label>
      {on && <Keys {...SINGLE_KEYS} />}
    </Popover>
  );
}

function Keys(props: (typeof KEY_GROUPS)[number]) {
  return (
    <table className="keys">
      <caption>{props.where}</caption>
      <tbody>
        {props.keys.map(([keys, words]) => (
          <tr key={keys}>
            <th scope="row">{keys}</th>
            <td>{words}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function KeyboardIcon() {
  return (
    <svg viewBox="0 0 20 14" width="1.4em" height="1em" aria-hidden="true">
      <rect
        x="0.75"
        y="0.75"
        width="18.5"
        height="12.5"
        rx="2"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      />
      <path
        d="M4 4.5h1.5M8 4.5h1.5M12 4.5h1.5M15 4.5h1M4 7.5h1.5M8 7.5h1.5M12 7.5h1.5M15 7.5h1M6 10.5h8"
        stroke="currentColor"
        strokeWidth="1.5"
      />
    </svg>
  );
}
