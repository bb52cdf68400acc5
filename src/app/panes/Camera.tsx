import { useEffect, useRef, useState } from 'react';
import { useActions, useInspectorContext } from '../context';
import { openPicture } from '../files/openPicture';

/** Words for a camera that cannot be opened. */
export function cameraMessage(error: unknown): string {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError') {
    return 'The camera is blocked for this page. Allow it in the browser\u2019s address bar, or choose a file.';
  }
  if (name === 'NotReadableError') return 'Another program uses the camera. Close it, or choose a file.';
  return 'No camera was found. Choose a file instead.';
}

/** Takes a picture with the camera; nothing of it leaves the device. */
export function Camera() {
  const { local } = useInspectorContext();
  const actions = useActions();
  const [stream, setStream] = useState<MediaStream | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);

  useEffect(() => {
    if (!stream) return;
    dialog.current?.showModal();
    if (video.current) video.current.srcObject = stream;
    return () => {
      for (const track of stream.getTracks()) track.stop();
    };
  }, [stream]);

  const open = async () => {
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new Error('This browser offers no camera.');
      setStream(await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 } } }));
    } catch (error) {
      local.setState({ message: cameraMessage(error) });
    }
  };

  const take = async () => {
    const source = video.current;
    if (!source?.videoWidth) return;
    const picture = await createImageBitmap(source);
    setStream(null);
    openPicture(actions, picture);
  };

  return (
    <>
      <button type="button" className="button" onClick={open}>
        Camera
      </button>
      {stream && (
        <dialog ref={dialog} className="camera" aria-label="Camera" onClose={() => setStream(null)}>
          <video ref={video} autoPlay playsInline muted width={480} height={360} />
          <p className="camera-buttons">
            <button type="button" className="button strong" onClick={take}>
              Take the picture
            </button>
            <button type="button" className="button" onClick={() => setStream(null)}>
              Cancel
            </button>
          </p>
        </dialog>
      )}
    </>
  );
}
