/** Why a plugin's file is left to a person, and where the guide tells how. */
export class Obstacle extends Error {
  readonly anchor: string;

  constructor(reason: string, anchor: string) {
    super(reason);
    this.anchor = anchor;
  }
}
