/** Keeps cookies as a browser does, for all ports of a host. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  async get(url: string | URL, headers: Record<string, string> = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { headers: { cookie, ...headers }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      this.#cookies.set(name, value);
    }
    return response;
  }

  /** Signs in by the provider `oauth2` of the auth plugin at this address. */
  async signIn(authUrl: string): Promise<void> {
    const start = await this.get(`${authUrl}/oauth2/start?env=development&scope=openid`);
    const agreed = await this.get(start.headers.get('location')!);
    const callback = new URL(agreed.headers.get('location')!);
    const frame = await this.get(`${authUrl}/oauth2/handler/frame${callback.search}`);
    const page = await frame.text();
    if (!decodeURIComponent(page).includes('backstageIdentity')) {
      throw new Error(`The sign-in at ${authUrl} failed: ${frame.status} ${page}`);
    }
  }

  /** Has a token issued for the session. */
  async refresh(authUrl: string): Promise<string> {
    const response = await this.get(`${authUrl}/oauth2/refresh?env=development&scope=openid`, {
      'x-requested-with': 'XMLHttpRequest',
    });
    const body = (await response.json()) as { backstageIdentity?: { token: string } };
    if (!body.backstageIdentity) {
      throw new Error(`No session at ${authUrl}: ${response.status} ${JSON.stringify(body)}`);
    }
    return body.backstageIdentity.token;
  }
}
