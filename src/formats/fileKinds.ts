/** The kinds of files that are told apart. The first five are read here, each by its own reader. */
export type FileKind =
  | 'safetensors'
  | 'npy'
  | 'picture'
  | 'svg'
  | 'json'
  | 'empty'
  | 'zeros'
  | 'sent-as-text'
  | 'lfs-pointer'
  | 'html'
  | 'server-answer'
  | 'index'
  | 'xml'
  | 'text'
  | 'pickle'
  | 'npz'
  | 'gguf'
  | 'onnx'
  | 'hdf5'
  | 'msgpack'
  | 'tflite'
  | 'pdf'
  | 'archive'
  | 'video'
  | 'sound'
  | 'program'
  | 'leftover';

export interface Sniffed {
  kind: FileKind;
  /** Words for what it is, to stand after "NAME is": "a PDF document". */
  what: string;
  /** Advice in one or two sentences; empty of files that are read here. */
  advice: string;
}
