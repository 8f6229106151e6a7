import { InterruptedError } from './errors';

const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs work that has to clean up after itself, with an abort signal that goes off when the process is
 * asked to end. Rejects with an InterruptedError once the work has ended for that reason.
 */
export async function withInterruption<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals) => controller.abort(new InterruptedError(name));
  SIGNALS.forEach(name => process.on(name, abort));
  try {
    const result = await work(controller.signal);
    controller.signal.throwIfAborted();
    return result;
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    SIGNALS.forEach(name => process.off(name, abort));
  }
}
