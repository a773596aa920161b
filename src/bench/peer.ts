/** What a user would pick instead of broodbox, as the benchmark sees it. */

/** A peer that is installed here. */
export interface PeerFound {
  readonly version: string;
  /** One fresh, isolated execution of `code`; resolves with what it printed when it is over. */
  run(code: string): Promise<string>;
  close(): Promise<void>;
}

/** A peer that is not installed, or cannot run here. */
export interface PeerMissing {
  readonly reason: string;
  /** the line that installs it */
  readonly install: string;
}

export interface Peer {
  /** short, lower case: the figure is called `peers.NAME` */
  readonly name: string;
  /** `interpreter` is the absolute path of the Python that the comparison is about; a peer may bring its own. */
  find(interpreter: string): Promise<PeerFound | PeerMissing>;
}
