import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './answer';
import { ParityError } from './errors';
import { describeRequest, type ParityCondition } from './request';
import type { ParitySubject } from './subject';

/**
 * Repeats a request until the answer holds what it should.
 *
 * @param timeout - in milliseconds
 * @throws ParityError CONDITION_NOT_MET
 */
export async function waitUntilMet(
  subject: Pick<ParitySubject, 'name' | 'ended'>,
  { request, contains }: ParityCondition,
  { send, timeout, signal }: { send(): Promise<Answer>; timeout: number; signal?: AbortSignal },
): Promise<void> {
  const giveUp = Date.now() + timeout;
  for (;;) {
    signal?.throwIfAborted();
    const { response, error } = await send();
    if (response && String(response.body).includes(contains)) {
      return;
    }
    const end = subject.ended?.();
    if (end || Date.now() > giveUp) {
      const last = response ? `status ${response.status}` : error!.message;
      throw new ParityError(
        'CONDITION_NOT_MET',
        end
          ? `The ${subject.name} backend ended with ${end} before it answered ${describeRequest(request)}`
          : `The ${subject.name} backend did not answer ${describeRequest(request)} with '${contains}' within ${timeout / 1000} s (last: ${last})`,
      );
    }
    await delay(100);
  }
}
