/** The package's entry for a page that frames an inspector: nothing but the client. */
export { type ConnectOptions, connect, type FramedInspector, type FramedRun } from '../frame/connect';
export type { FrameEvents, FramePicture } from '../frame/protocol';
