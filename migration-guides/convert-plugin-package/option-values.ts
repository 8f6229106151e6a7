import { Obstacle } from '../engine/obstacle';
import type { TypeName } from '../engine/type-names';
import {
  sourceOfClient,
  sourceOfKey,
  sourceOfMade,
  sourceOfType,
  type OptionSource,
  type RouterPackage,
} from './option-source';
import type { OptionValue } from './print-plugin';
import type { RouterOption, RouterOptions } from './router-options';
import type { RouterWiring, WiredValue } from './router-wiring';

/** What a router's maker is called with. */
export interface ChosenValues {
  readonly shape: RouterOptions['shape'];
  readonly values: readonly OptionValue[];
  /** Options that are not looked at and that no service can be given for: the type has to let them go. */
  readonly dropped: readonly string[];
}

/**
 * Chooses a value for each option: by its type, and by what the backend has given so far.
 *
 * @param options - undefined when their type is not known
 * @param wiring - undefined when the backend hands over its whole environment, or there is none
 * @throws Obstacle when there is an option without a service
 */
export function chooseValues(
  options: RouterOptions | undefined,
  wiring: RouterWiring | undefined,
  router: RouterPackage,
): ChosenValues {
  const args = wiring?.args ?? ['environment'];
  const [first] = args;
  if (args.length === 1 && first !== 'environment' && !('key' in first)) {
    return chooseWired(options, first, router);
  }
  const wired = args.flatMap(each => (each !== 'environment' && 'key' in each ? [each] : []));
  if (wired.length === args.length) return chooseArguments(options, wired, router);
  if (args.length > 1) {
    throw new Obstacle('is given several arguments that are not keys of the environment', 'before');
  }
  if (!options) {
    throw new Obstacle('takes options whose type is not known', 'options-without-a-type');
  }
  const chosen = options.options.map(option => ({
    option,
    source: sourceOfOption(option, router),
  }));
  const missing = chosen.find(
    each =>
      !each.source && !each.option.isOptional && (each.option.isUsed || options.shape !== 'object'),
  );
  if (missing) throw withoutService(missing.option);
  const dropped = chosen.flatMap(({ option, source }) =>
    source || option.isOptional ? [] : [option.name],
  );
  const used = chosen.filter(each => dropped.length === 0 || each.option.isUsed);
  const values = valuesOf(options, used);
  return { shape: options.shape, values, dropped };
}

/** Arguments that are left out have to be the last ones. */
function valuesOf(
  { shape }: RouterOptions,
  chosen: readonly { readonly option: RouterOption; readonly source: OptionSource | undefined }[],
): OptionValue[] {
  const end = chosen.findIndex(each => !each.source);
  const kept = shape === 'arguments' && end !== -1 ? chosen.slice(0, end) : chosen;
  return kept.flatMap(({ option, source }) => (source ? [{ name: option.name, source }] : []));
}

function chooseWired(
  options: RouterOptions | undefined,
  wired: ReadonlyMap<string, WiredValue>,
  router: RouterPackage,
): ChosenValues {
  const values = [...wired].map(([name, value]) => {
    const types = options?.options.find(each => each.name === name)?.types ?? [];
    return { name, source: sourceOfWired(name, value, types, router) };
  });
  return { shape: 'object', values, dropped: [] };
}

function chooseArguments(
  options: RouterOptions | undefined,
  wired: readonly WiredValue[],
  router: RouterPackage,
): ChosenValues {
  const values = wired.map((value, index) => {
    const option = options?.shape === 'arguments' ? options.options[index] : undefined;
    const name = option?.name ?? value.key;
    return { name, source: sourceOfWired(name, value, option?.types ?? [], router) };
  });
  return { shape: 'arguments', values, dropped: [] };
}

/** The type's own service where it is the one that the backend gives, else what the backend gives. */
function sourceOfWired(
  name: string,
  value: WiredValue,
  types: readonly TypeName[],
  router: RouterPackage,
): OptionSource {
  if ('made' in value) return sourceOfMade(value.made);
  const given =
    'client' in value ? sourceOfClient(value.key, value.client) : sourceOfKey(value.key, router);
  if (!given) {
    throw new Obstacle(
      `is given env.${value.key} as '${name}', for which there is no service`,
      anchorOf(value.key),
    );
  }
  if ('client' in value) return given;
  const typed = sourceOfType(types, router);
  const isSame = typed?.services.at(-1) === given.services.at(-1);
  return typed && isSame ? typed : given;
}

/** Nothing of the old system is made for an option that is not looked at. */
function sourceOfOption(option: RouterOption, router: RouterPackage): OptionSource | undefined {
  const source =
    sourceOfType(option.types, router) ??
    (option.isUsed && !option.isOptional ? router.make(option) : undefined);
  if (option.isOptional && source?.isMade) return undefined;
  return option.isUsed || source?.imports.length === 0 ? source : undefined;
}

function withoutService({ name, types }: RouterOption): Obstacle {
  const type = types.map(each => each.name ?? 'an object').join(' | ');
  const what = type === '' ? `'${name}'` : `'${name}' (${type})`;
  return new Obstacle(`takes ${what}, for which there is no service`, anchorOf(name));
}

function anchorOf(name: string): string {
  return name === 'tokenManager' ? 'token-manager' : 'options-without-a-service';
}
