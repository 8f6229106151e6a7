const REQUEST = '@backstage/cli/channel/request';
const RESPONSE = '@backstage/cli/channel/response';
const TIMEOUT_MILLIS = 5_000;

type Response = { id: number; body?: unknown; error?: { message: string; name?: string } };

let lastId = 0;

/** True when `backstage-cli package start` runs this process and keeps data between restarts for it. */
export function hasDevDataStore(): boolean {
  return Boolean(process.send && process.env.BACKSTAGE_CLI_CHANNEL);
}

/** Gives what an earlier run of this backend saved under the key. */
export async function loadDevData(key: string): Promise<Buffer | undefined> {
  const { data } = (await request('DevDataStore.load', { key })) as { data?: Buffer };
  return data;
}

/** Saves data for the next run of this backend. */
export async function saveDevData(key: string, data: Buffer): Promise<void> {
  await request('DevDataStore.save', { key, data });
}

/** The message protocol of `@backstage/backend-dev-utils`. */
function request(method: string, body: unknown): Promise<unknown> {
  // Far from the ids that a copy of that package counts up from 0 in this process.
  const id = 2 ** 32 + lastId++;
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timeout);
      process.off('message', onMessage);
      settle();
    };
    const onMessage = (message: unknown) => {
      const response = message as (Response & { type?: string }) | undefined;
      if (response?.type !== RESPONSE || response.id !== id) return;
      finish(() =>
        response.error ? reject(new Error(response.error.message)) : resolve(response.body),
      );
    };
    const timeout = setTimeout(
      () =>
        finish(() => reject(new Error(`The development tool did not answer '${method}' in 5 s`))),
      TIMEOUT_MILLIS,
    );
    timeout.unref();
    process.on('message', onMessage);
    process.send!(
      { type: REQUEST, id, method, body },
      undefined,
      undefined,
      (error: Error | null) => {
        if (error) finish(() => reject(error));
      },
    );
  });
}
