import { useChooseImage } from '../files/useChooseImage';

/** Opens a visitor's own picture. */
export function ChooseImage({ label = 'Choose image', className = 'button strong choose' }) {
  const choose = useChooseImage();
  return (
    <label className={className}>
      {label}
      <input
        type="file"
        accept="image/*"
        className="visually-hidden"
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          if (chosen) choose(chosen).catch(() => {});
          // The same file can be chosen again.
          event.target.value = '';
        }}
      />
    </label>
  );
}
