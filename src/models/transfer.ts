/** Progress of a download, for people: plain data that crosses the worker's boundary. */
export interface Transfer {
  /**
   * `asking`: the hub is asked for the file; `downloading`; `waiting`: the connection failed and is tried again at `until`, or
   * another tab is downloading the same file; `paused`; `checking`: all bytes are here and their SHA-256 is computed.
   */
  state: 'asking' | 'downloading' | 'waiting' | 'paused' | 'checking';
  /** Bytes that are here, those of earlier visits included. */
  received: number;
  /** Bytes of the whole file; null while not known. */
  total: number | null;
  /** Over the last few seconds; null while too little is known. */
  bytesPerSecond: number | null;
  secondsLeft: number | null;
  /** Seconds without an answer, of `asking`. */
  silentSeconds?: number;
  /** The matter, one sentence, of `waiting`; and when it is tried again (`Date.now()`), null where that is not known. */
  reason?: string;
  until?: number | null;
}
