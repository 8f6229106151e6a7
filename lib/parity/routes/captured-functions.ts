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
  const session = openSession();
  if (!session) {
    return [];
  }
  try {
    return new ScopeReader(session).functionsIn(wrapper);
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
    const slots = globalThis as Record<string, unknown>;
    slots[HANDOVER] = this.#handover;
    try {
      const scopes = this.#internal(this.#toRemote(wrapper), '[[Scopes]]');
      const variables = (scopes ? this.#properties(scopes) : [])
        .filter(({ value }) => value?.objectId && value.description !== 'Global')
        .flatMap(({ value }) => this.#properties(value!.objectId!));
      // A scope holds what any function of it needs, such as all variables of a file.
      const words = new Set(String(wrapper).match(/[\w$]+/g));
      return this.#functions(variables.filter(({ name }) => words.has(name)));
    } finally {
      delete slots[HANDOVER];
    }
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
