import { useChooseImage } from '../files/useChooseImage';

/** Opens a visitor's own picture. */
export function ChooseImage() {
  const choose = useChooseImage();
  return (
    <label className="button strong choose">
      Choose image
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
