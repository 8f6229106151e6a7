type Issue = () => Promise<{ token: string }>;

/** Tokens live for an hour; one that is issued anew every ten minutes is never near its end. */
const REUSE_MS = 600_000;

/** Hands out one token for ten minutes, then issues the next. A failure is not remembered. */
export function reuseToken(issue: Issue): Issue {
  let current: { token: ReturnType<Issue>; until: number } | undefined;
  return () => {
    const now = Date.now();
    if (current && now < current.until) {
      return current.token;
    }
    const token = issue();
    current = { token, until: now + REUSE_MS };
    token.catch(() => (current = undefined));
    return token;
  };
}
