/** The token of a request with `Authorization: Bearer <token>`, if there is one. */
export function bearerToken(request: {
  headers: { authorization?: string | undefined };
}): string | undefined {
  const { authorization } = request.headers;
  return typeof authorization === 'string'
    ? /^Bearer[ ]+(\S+)$/i.exec(authorization)?.[1]
    : undefined;
}
