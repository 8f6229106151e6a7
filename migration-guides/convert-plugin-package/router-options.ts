import { ts } from 'ts-morph';
import { environmentUseOf } from '../engine/plugin-file/environment-use';
import { typeArgumentsIn } from '../engine/type-arguments';
import { declaredTypeOf, typeNamesOf, type TypeName } from '../engine/type-names';
import { isService } from './option-source';
import type { RouterEntry } from './router-entry';

/** One thing that a router is made of. */
export interface RouterOption {
  readonly name: string;
  readonly isOptional: boolean;
  /** False when the router does not look at it. */
  readonly isUsed: boolean;
  readonly types: readonly TypeName[];
  /** Where its type is declared; undefined for an argument of its own. */
  readonly declaration: ts.Declaration | undefined;
}

/** What a router is made of: an object of options, or arguments of their own. */
export interface RouterOptions {
  readonly shape: 'object' | 'arguments' | 'none';
  readonly options: readonly RouterOption[];
  /** The type of the object, which may ask for more than the router looks at. */
  readonly type: ts.TypeNode | undefined;
}

/** Reads the parameters of what makes a router; undefined when their type is not known. */
export function routerOptionsOf(entry: RouterEntry): RouterOptions | undefined {
  const { parameters, module } = entry;
  const { checker } = module;
  const [first] = parameters;
  if (!first) return { shape: 'none', options: [], type: undefined };
  const isOne = parameters.length === 1 || parameters.slice(1).every(isLeftOut);
  if (isOne && (ts.isObjectBindingPattern(first.name) || !namesService(checker, first))) {
    const options = membersOf(entry, first);
    return options && { shape: 'object', options, type: first.type };
  }
  const options = parameters.map(each => ({
    name: each.name.getText(module.sourceFile),
    isOptional: isLeftOut(each),
    isUsed: true,
    types: each.type ? typeNamesOf(checker, each.type) : [],
    declaration: undefined,
  }));
  return { shape: 'arguments', options, type: undefined };
}

function isLeftOut(parameter: ts.ParameterDeclaration): boolean {
  return parameter.questionToken !== undefined || parameter.initializer !== undefined;
}

/** True for `logger: Logger`, as opposed to `options: RouterOptions`. */
function namesService(checker: ts.TypeChecker, { type }: ts.ParameterDeclaration): boolean {
  return (
    type !== undefined &&
    typeNamesOf(checker, type).some(
      each => isService(each) || (each.package !== undefined && each.members.length === 0),
    )
  );
}

function membersOf(
  { module, function: made }: RouterEntry,
  parameter: ts.ParameterDeclaration,
): RouterOption[] | undefined {
  const { checker } = module;
  const type = checker.getTypeAtLocation(parameter.type ?? parameter);
  if (!parameter.type || type.flags & ts.TypeFlags.Any || type.isUnion()) return undefined;
  const use = made && environmentUseOf(module, made);
  const used = use?.whole.length === 0 ? new Set(use.keys.map(each => each.key)) : undefined;
  const given = typeArgumentsIn(checker, parameter.type);
  return type.getProperties().map(property => {
    const declared = declaredTypeOf(property);
    return {
      name: property.name,
      isOptional: (property.flags & ts.SymbolFlags.Optional) !== 0,
      isUsed: used?.has(property.name) ?? true,
      types: declared ? typeNamesOf(checker, declared, given) : [],
      declaration: property.declarations?.[0],
    };
  });
}
