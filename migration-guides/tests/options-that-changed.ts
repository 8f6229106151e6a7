import { ts } from 'ts-morph';
import { GuideError } from '../engine/errors';
import type { ParsedModule } from '../engine/parse-module';
import { parsePackage } from '../engine/parse-package';
import type { SourceRepository } from '../engine/source-step/source-repository';
import { declaredTypeOf, typeNamesOf } from '../engine/type-names';
import { listWorkspacePackages } from '../engine/workspace-package';

/** Options that a test gives to a function which takes others now. */
export interface ChangedOptions {
  /** What it gives, and the function does not take: `tokenManager`, `identity`. */
  readonly gone: readonly ts.ObjectLiteralElementLike[];
  /** What the function takes in place of these, and is not given. */
  readonly missing: readonly string[];
}

/** Old options, and the services by which they show to have been replaced; the first has to be there. */
const SUCCESSORS: Readonly<Record<string, readonly string[]>> = {
  identity: ['httpAuth', 'auth', 'userInfo'],
  tokenManager: ['auth'],
};

const TYPES: Readonly<Record<string, string>> = {
  auth: 'AuthService',
  httpAuth: 'HttpAuthService',
  userInfo: 'UserInfoService',
};

/** Finds options by the types of the functions that they are given to. */
export function optionsThatChanged(
  repository: SourceRepository,
  module: ParsedModule,
): readonly ChangedOptions[] {
  const literals = literalsWithOldOptions(module);
  const typed = literals.length > 0 ? withTypes(repository, module) : undefined;
  if (!typed) return [];
  return literals.flatMap(literal => changeOf(module, literal, takenIn(typed, literal)) ?? []);
}

/** `{ tokenManager }` as an argument. */
function literalsWithOldOptions(module: ParsedModule): ts.ObjectLiteralExpression[] {
  const found: ts.ObjectLiteralExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node) && isArgument(node)) {
      const names = node.properties.map(each => each.name?.getText(module.sourceFile) ?? '');
      if (names.some(each => Object.hasOwn(SUCCESSORS, each))) found.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  return found;
}

function isArgument({ parent }: ts.Node): boolean {
  return ts.isCallExpression(parent) || ts.isNewExpression(parent);
}

/** The same file with a checker that knows the functions of the repository. */
function withTypes(repository: SourceRepository, module: ParsedModule): ParsedModule | undefined {
  try {
    const packages = listWorkspacePackages(repository.root);
    const found = parsePackage(repository.root, packages, module.file).modules.get(module.file);
    return found?.text === module.text ? found : undefined;
  } catch (error) {
    if (error instanceof GuideError) return undefined; // It is reported for the file it is in.
    throw error;
  }
}

/** The options that a function takes there, with the names of their types. */
function takenIn(
  { sourceFile, checker }: ParsedModule,
  { pos, end }: ts.ObjectLiteralExpression,
): ReadonlyMap<string, readonly string[]> {
  let same: ts.ObjectLiteralExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (node.pos === pos && node.end === end && ts.isObjectLiteralExpression(node)) same = node;
    else if (node.pos <= pos && end <= node.end) ts.forEachChild(node, visit);
  };
  visit(sourceFile);
  const type = same && checker.getContextualType(same);
  if (!type || type.flags & ts.TypeFlags.Any) return new Map();
  return new Map(
    checker.getPropertiesOfType(type).map(each => {
      const declared = declaredTypeOf(each);
      const names = declared ? typeNamesOf(checker, declared) : [];
      return [each.name, names.flatMap(({ name }) => name ?? [])];
    }),
  );
}

function changeOf(
  module: ParsedModule,
  { properties }: ts.ObjectLiteralExpression,
  taken: ReadonlyMap<string, readonly string[]>,
): ChangedOptions | undefined {
  if (properties.some(ts.isSpreadAssignment)) return undefined;
  const isTaken = (option: string): boolean => taken.get(option)?.includes(TYPES[option]) ?? false;
  const nameOf = (each: ts.ObjectLiteralElementLike): string =>
    each.name?.getText(module.sourceFile) ?? '';
  const gone = properties.filter(each => {
    const [successor] = SUCCESSORS[nameOf(each)] ?? [];
    return successor !== undefined && !taken.has(nameOf(each)) && isTaken(successor);
  });
  if (gone.length === 0) return undefined;
  const given = properties.map(nameOf);
  const wanted = new Set(gone.flatMap(each => SUCCESSORS[nameOf(each)]));
  const missing = [...wanted].filter(each => isTaken(each) && !given.includes(each));
  return { gone, missing };
}
