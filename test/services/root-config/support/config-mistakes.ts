/** A JSON schema as far as it is looked at here. */
export type Schema = { [keyword in string]?: any };

const DEEPEST = 7;

/** A configuration with one mistake. */
export interface ConfigMistake {
  /** Of the value that is wrong or missing. */
  path: string;
  config: any;
  /** Whether the wrong value could be a secret: it reads `s3cr3t` then. */
  secret: boolean;
}

/** Values by their type. */
const WRONG: { [type in string]: unknown } = {
  object: { a: 1 },
  array: ['s3cr3t'],
  string: 's3cr3t',
  boolean: true,
  number: -12345.5,
};

/**
 * For every key of a schema: a value of a wrong type, each in turn, for those with a list of values one that is not
 * in it, and for every part that must be there a configuration without it.
 */
export function* configMistakes(schema: Schema): Generator<ConfigMistake> {
  let turn = 0;
  const resolve = (form: Schema): Schema =>
    form.$ref ? resolve(schema.definitions[form.$ref.split('/').pop()!]) : form;

  function* walk(
    unresolved: Schema,
    path: string,
    build: (value: unknown) => any,
    isSecret: boolean,
  ): Generator<ConfigMistake> {
    if (path.split('.').length > DEEPEST) return; // of a schema that refers to itself
    const form = resolve(unresolved);
    const secret = isSecret || form.visibility === 'secret' || form.deepVisibility === 'secret';
    const types = typesOf(form);
    if (path.includes('.') && types.size > 0) {
      const wrong = Object.keys(WRONG).filter(type => !types.has(type));
      yield { path, config: build(WRONG[wrong[turn++ % wrong.length]]), secret };
    }
    if (form.enum) {
      yield { path, config: build('s3cr3t'), secret };
    }
    for (const option of form.anyOf ?? []) {
      yield* walkParts(option, path, build, secret);
    }
    yield* walkParts(form, path, build, secret);
  }

  function* walkParts(
    unresolved: Schema,
    path: string,
    build: (value: unknown) => any,
    secret: boolean,
  ): Generator<ConfigMistake> {
    const form = resolve(unresolved);
    if (form.anyOf && form !== unresolved) {
      yield* walk(form, path, build, secret);
      return;
    }
    const filled = () => example(form) as object;
    const at = (key: string) => (path ? `${path}.${key}` : key);
    for (const [key, child] of Object.entries(form.properties ?? {}) as [string, Schema][]) {
      yield* walk(child, at(key), value => build({ ...filled(), [key]: value }), secret);
      // Without the constant that says which alternative is meant, it is another one.
      if (form.required?.includes(key) && resolve(child).const === undefined) {
        yield { path: at(key), config: build({ ...filled(), [key]: undefined }), secret };
      }
    }
    if (form.additionalProperties?.type || form.additionalProperties?.anyOf) {
      const child = form.additionalProperties;
      yield* walk(child, at('some'), value => build({ ...filled(), some: value }), secret);
    }
    if (form.items) {
      yield* walk(form.items, `${path}[0]`, value => build([value]), secret);
    }
  }

  /** The least that is good. */
  function example(unresolved: Schema): unknown {
    const form = resolve(unresolved);
    if (form.anyOf) return example(form.anyOf[0]);
    if (form.enum) return form.enum[0];
    if ('const' in form) return form.const;
    switch (form.type) {
      case 'object':
        return Object.fromEntries(
          (form.required ?? []).map((key: string) => [key, example(form.properties?.[key] ?? {})]),
        );
      case 'array':
        return [];
      case 'number':
        return 1;
      case 'boolean':
        return true;
      default:
        return form.pattern?.includes('http') ? 'http://localhost' : '1s';
    }
  }

  function typesOf(form: Schema): Set<string> {
    const own = form.anyOf
      ? form.anyOf.flatMap((option: Schema) => [...typesOf(resolve(option))])
      : [form.type ?? []].flat();
    return new Set(own);
  }

  yield* walk(schema, '', value => value, false);
}
