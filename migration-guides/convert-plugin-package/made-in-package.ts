import { posix } from 'node:path';
import { ts } from 'ts-morph';
import type { ParsedModule } from '../engine/parse-module';
import { SAME_SERVICES } from '../engine/service-mapping';
import { declaredTypeOf, typeNamesOf, type TypeName } from '../engine/type-names';
import type { OptionSource } from './option-source';
import type { RouterOption } from './router-options';

/** A function, static method or constructor that makes something. */
interface Maker {
  readonly module: ParsedModule;
  /** The export to import. */
  readonly name: string;
  /** How it is called: `createStore`, `Store.create`, or `new Store`. */
  readonly callee: string;
  readonly declaration:
    ts.FunctionDeclaration | ts.MethodDeclaration | ts.ArrowFunction | ts.ConstructorDeclaration;
}

/**
 * The value of an option that only the package itself can make, such as the store behind its routes: by
 * the only function that it has for the option's type, when that takes nothing but services.
 *
 * @param modules - the package's own files
 * @param folder - where the plugin is put
 * @param sourceOf - the value for an argument of a type
 */
export function madeInPackage(
  option: RouterOption,
  modules: readonly ParsedModule[],
  folder: string,
  sourceOf: (types: readonly TypeName[]) => OptionSource | undefined,
): OptionSource | undefined {
  const { declaration } = option;
  const [checker] = modules.map(each => each.checker);
  const type = declaration && ts.isPropertySignature(declaration) ? declaration.type : undefined;
  const wanted = type && checker && symbolOf(checker.getTypeFromTypeNode(type));
  if (
    !wanted?.declarations?.some(each =>
      modules.some(own => own.sourceFile === each.getSourceFile()),
    )
  )
    return undefined;
  const makers = modules.flatMap(makersIn).filter(each => makes(checker, each, wanted));
  const functions = makers.filter(each => !ts.isConstructorDeclaration(each.declaration));
  const [maker, ...others] = functions.length > 0 ? functions : makers;
  const made = maker && others.length === 0 && callOf(checker, maker, folder, sourceOf);
  return made && (maker === functions[0] || isPlain(made)) ? made : undefined;
}

/** False for what needs a database: who makes it by its constructor brings its tables up to date first. */
function isPlain({ services }: OptionSource): boolean {
  return services.length > 0 && !services.includes(SAME_SERVICES.database);
}

/** What a type is called. */
function symbolOf(type: ts.Type): ts.Symbol | undefined {
  return type.aliasSymbol ?? type.symbol;
}

/** The exported functions, and static methods of exported classes, of a file. */
function makersIn(module: ParsedModule): Maker[] {
  return module.sourceFile.statements.flatMap((statement): Maker[] => {
    const modifiers = (ts.canHaveModifiers(statement) && ts.getModifiers(statement)) || [];
    const kinds = modifiers.map(each => each.kind);
    if (!kinds.includes(ts.SyntaxKind.ExportKeyword)) return [];
    if (kinds.includes(ts.SyntaxKind.DefaultKeyword)) return [];
    if (ts.isFunctionDeclaration(statement)) {
      const name = statement.name?.text ?? '';
      return [{ module, name, callee: name, declaration: statement }];
    }
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
        ts.isIdentifier(name) && initializer && ts.isArrowFunction(initializer)
          ? [{ module, name: name.text, callee: name.text, declaration: initializer }]
          : [],
      );
    }
    if (!ts.isClassDeclaration(statement) || !statement.name) return [];
    const name = statement.name.text;
    const isAbstract = kinds.includes(ts.SyntaxKind.AbstractKeyword);
    return statement.members.flatMap((each): Maker[] => {
      const flags = ts.isClassElement(each) ? ts.getCombinedModifierFlags(each) : 0;
      const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
      if (ts.isConstructorDeclaration(each) && each.body && !isAbstract && !(flags & hidden)) {
        return [{ module, name, callee: `new ${name}`, declaration: each }];
      }
      if (!ts.isMethodDeclaration(each)) return [];
      const isUsable = flags & ts.ModifierFlags.Static && !(flags & hidden);
      const callee = `${name}.${each.name.getText()}`;
      return isUsable ? [{ module, name, callee, declaration: each }] : [];
    });
  });
}

/** True when it gives the type, or a class that says that it implements it. */
function makes(checker: ts.TypeChecker, { declaration }: Maker, wanted: ts.Symbol): boolean {
  const made = symbolOf(resultOf(checker, declaration));
  if (!made) return false;
  if (made === wanted) return true;
  const parents = (made.declarations ?? [])
    .filter(ts.isClassDeclaration)
    .flatMap(each => each.heritageClauses ?? [])
    .flatMap(each => each.types);
  return parents.some(each => symbolOf(checker.getTypeFromTypeNode(each)) === wanted);
}

function resultOf(checker: ts.TypeChecker, declaration: Maker['declaration']): ts.Type {
  if (ts.isConstructorDeclaration(declaration))
    return checker.getTypeAtLocation(declaration.parent);
  const signature = checker.getSignatureFromDeclaration(declaration);
  const returned = signature && checker.getReturnTypeOfSignature(signature);
  return (returned && checker.getAwaitedType(returned)) ?? returned ?? checker.getAnyType();
}

function isAsync(checker: ts.TypeChecker, declaration: Maker['declaration']): boolean {
  if (ts.isConstructorDeclaration(declaration)) return false;
  const signature = checker.getSignatureFromDeclaration(declaration);
  const returned = signature && checker.getReturnTypeOfSignature(signature);
  return returned !== undefined && checker.getAwaitedType(returned) !== returned;
}

function callOf(
  checker: ts.TypeChecker,
  { module, name, callee, declaration }: Maker,
  folder: string,
  sourceOf: (types: readonly TypeName[]) => OptionSource | undefined,
): OptionSource | undefined {
  const sources: OptionSource[] = [];
  const args: string[] = [];
  const take = (types: readonly TypeName[]): string | undefined => {
    const source = sourceOf(types);
    if (source) sources.push(source);
    return source?.expression;
  };
  for (const parameter of declaration.parameters) {
    if (parameter.questionToken || parameter.initializer) break;
    const single = parameter.type && take(typeNamesOf(checker, parameter.type));
    const argument = single ?? objectFor(checker, parameter, take);
    if (argument === undefined) return undefined;
    args.push(argument);
  }
  const path = posix.relative(folder, module.file).replace(/\.tsx?$/, '');
  return {
    services: [...new Set(sources.flatMap(each => each.services))],
    expression: `${isAsync(checker, declaration) ? 'await ' : ''}${callee}(${args.join(', ')})`,
    imports: [
      ...sources.flatMap(each => each.imports),
      { module: `./${path.replace(/\/index$/, '')}`, name },
    ],
    factories: sources.flatMap(each => each.factories ?? []),
  };
}

/** `{ database, logger }`, of the members that may not be left out. */
function objectFor(
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
  take: (types: readonly TypeName[]) => string | undefined,
): string | undefined {
  if (!parameter.type) return undefined;
  const members = checker
    .getTypeFromTypeNode(parameter.type)
    .getProperties()
    .filter(each => !(each.flags & ts.SymbolFlags.Optional));
  const values = members.map(each => {
    const type = declaredTypeOf(each);
    const value = type && take(typeNamesOf(checker, type));
    if (value === undefined) return undefined;
    return value === each.name ? value : `${each.name}: ${value}`;
  });
  const isComplete = values.length > 0 && values.every(each => each !== undefined);
  return isComplete ? `{ ${values.join(', ')} }` : undefined;
}
