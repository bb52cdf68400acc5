import { useActions, useInspector } from '../context';
import { openPicture } from '../files/openPicture';
import { Camera } from './Camera';

/** Thumbnails of the pictures to start from, and the camera. */
export function StartingPictures() {
  const pictures = useInspector((state) => state.pictures);
  const current = useInspector((state) => state.picture?.id ?? null);
  const title = useInspector((state) => state.picture?.title ?? '');
  const actions = useActions();
  return (
    <>
      <span className="starting">
        <ul className="thumbnails" aria-label="Starting pictures">
          {pictures.map((picture) => (
            <li key={picture.id}>
              <button
                type="button"
                className="thumbnail"
                title={picture.title}
                aria-pressed={picture.id === current}
                onClick={() => openPicture(actions, picture.id)}
              >
                <img
                  src={picture.thumbnail}
                  alt={picture.title}
                  width={48}
                  height={48}
                  loading="lazy"
                  fetchPriority="low"
                  decoding="async"
                />
              </button>
            </li>
          ))}
        </ul>
        <Camera />
      </span>
      <span className="muted starting-words">
        {title && <span className="starting-title">{title}</span>} Drop a picture anywhere, or paste one. It
        stays on this device.
      </span>
    </>
  );
}
