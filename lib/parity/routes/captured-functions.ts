type InspectorSession = import('node:inspector').Session;

interface RemoteProperty {
  name: string;
  value?: { type?: string; subtype?: string; objectId?: string; description?: string };
}

/** A global variable, for as long as a value is handed to the inspector or back. */
const HANDOVER = '__forkliftParityHandover';

/**
 * The functions of outer scopes that a function mentions: the only way in which a router can be found that is
 * wrapped in another handler, as older versions of `express-promise-router`, `app.use(otherApp)` and
 * many a home-made middleware do. Asks the inspector of Node.js, within this process.
 *
 * @returns none where this runtime was built without the inspector
 */
export function capturedFunctions(wrapper: (...args: never[]) => unknown): unknown[] {
  return readScopes(reader => reader.functionsIn(wrapper)) ?? [];
}

/**
 * Variables of outer scopes that a function uses, by name. Only those that are objects.
 *
 * @returns none where this runtime was built without the inspector
 */
export function capturedObjects(
  inner: (...args: never[]) => unknown,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return readScopes(reader => reader.objectsIn(inner, names)) ?? {};
}

function readScopes<T>(read: (reader: ScopeReader) => T): T | undefined {
  const session = openSession();
  if (!session) {
    return undefined;
  }
  try {
    return read(new ScopeReader(session));
  } finally {
    session.disconnect();
  }
}

function openSession(): InspectorSession | undefined {
  try {
    const { Session } = require('node:inspector') as typeof import('node:inspector');
    const session = new Session();
    session.connect();
    return session;
  } catch {
    return undefined;
  }
}

class ScopeReader {
  readonly #session: InspectorSession;
  readonly #handover: { value?: unknown } = {};

  constructor(session: InspectorSession) {
    this.#session = session;
  }

  functionsIn(wrapper: unknown): unknown[] {
    return this.#withHandover(() => {
      // A scope holds what any function of it needs, such as all variables of a file.
      const words = new Set(String(wrapper).match(/[\w$]+/g));
      return this.#functions(this.#variables(wrapper).filter(({ name }) => words.has(name)));
    });
  }

  objectsIn(inner: unknown, names: readonly string[]): Record<string, unknown> {
    return this.#withHandover(() => {
      const found = this.#variables(inner)
        .filter(({ name, value }) => names.includes(name) && value?.objectId)
        // The innermost scope comes first: it wins.
        .reverse();
      return Object.fromEntries(
        found.map(({ name, value }) => [name, this.#toLocal(value!.objectId!)]),
      );
    });
  }

  #withHandover<T>(read: () => T): T {
    const slots = globalThis as Record<string, unknown>;
    slots[HANDOVER] = this.#handover;
    try {
      return read();
    } finally {
      delete slots[HANDOVER];
    }
  }

  #variables(inner: unknown): RemoteProperty[] {
    const scopes = this.#internal(this.#toRemote(inner), '[[Scopes]]');
    return (scopes ? this.#properties(scopes) : [])
      .filter(({ value }) => value?.objectId && value.description !== 'Global')
      .flatMap(({ value }) => this.#properties(value!.objectId!));
  }

  #functions(variables: readonly RemoteProperty[]): unknown[] {
    return variables
      .filter(({ value }) => value?.type === 'function' || value?.subtype === 'array')
      .flatMap(({ value }) => this.#toLocal(value!.objectId!))
      .filter(each => typeof each === 'function');
  }

  #toRemote(value: unknown): string {
    this.#handover.value = value;
    const expression = `${HANDOVER}.value`;
    const { result } = this.#post<{ result: RemoteProperty['value'] }>('Runtime.evaluate', {
      expression,
    });
    return result!.objectId!;
  }

  #toLocal(objectId: string): unknown {
    const functionDeclaration = `function () { ${HANDOVER}.value = this; }`;
    this.#post('Runtime.callFunctionOn', { objectId, functionDeclaration });
    return this.#handover.value;
  }

  #internal(objectId: string, name: string): string | undefined {
    const { internalProperties = [] } = this.#post<{ internalProperties?: RemoteProperty[] }>(
      'Runtime.getProperties',
      { objectId, ownProperties: true },
    );
    return internalProperties.find(property => property.name === name)?.value?.objectId;
  }

  #properties(objectId: string): RemoteProperty[] {
    return this.#post<{ result: RemoteProperty[] }>('Runtime.getProperties', {
      objectId,
      ownProperties: true,
    }).result;
  }

  /** Within one thread the inspector answers before `post` returns. */
  #post<T>(method: string, params: object): T {
    let outcome: { error: Error | null; result?: unknown } | undefined;
    this.#session.post(method as 'Runtime.evaluate', params as never, (error, result) => {
      outcome = { error, result };
    });
    if (!outcome || outcome.error) {
      throw new Error(`The inspector did not answer ${method}`, { cause: outcome?.error });
    }
    return outcome.result as T;
  }
}
