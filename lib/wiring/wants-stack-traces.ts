/**
 * Whether whoever runs the backend wants to see where errors come from: with `LOG_LEVEL=debug` or
 * finer, and in tests. A failed start is otherwise told in one line per failure.
 */
export function wantsStackTraces(): boolean {
  return (
    process.env.NODE_ENV === 'test' || ['debug', 'silly'].includes(process.env.LOG_LEVEL ?? '')
  );
}
