/** A promise and the means to fulfil it. */
export class Deferred<TValue> {
  resolve!: (value: TValue) => void;
  readonly promise = new Promise<TValue>(resolve => {
    this.resolve = resolve;
  });
}
