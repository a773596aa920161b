/** What a user would pick instead: one way each to run a piece of Python, measured beside ours. */

export interface Peer {
  readonly name: string;
  /** Looks for it and tries it once: what is found here also runs here. Never throws. */
  find(): Promise<PeerFound | PeerMissing>;
}

export interface PeerFound {
  readonly found: true;
  readonly version: string;
  /** how it is run, to be printed with its figures: the command line, or what its server was told */
  readonly how?: string;
  /** One fresh isolated execution of `code`: its stdout once it is over. Rejects when it did not end with 0. */
  run(code: string): Promise<string>;
  close(): Promise<void>;
}

export interface PeerMissing {
  readonly found: false;
  readonly reason: string;
  /** the line that installs it */
  readonly install: string;
}
