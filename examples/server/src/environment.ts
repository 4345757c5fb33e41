/** Lists all problems of the environment, one sentence each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(faults: readonly string[]) {
    super(`The server cannot start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** Reads variables and collects their problems. Values are never repeated: some are secret. */
export class EnvironmentReader {
  readonly faults: string[] = [];
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** An empty value, as in a copied .env, counts as unset. */
  text(name: string): string | undefined {
    return this.#variables[name]?.trim() || undefined;
  }

  /** A value that another setting requires. */
  required(name: string, why: string): string {
    const value = this.text(name);
    if (value === undefined) this.addIssue(`${name} is required ${why}.`);
    return value ?? '';
  }

  wholeNumber(name: string, range: { readonly from: number; readonly to: number; readonly fallback: number }): number {
    const given = this.text(name);
    if (given === undefined) return range.fallback;
    const value = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
    if (value >= range.from && value <= range.to) return value;
    this.addIssue(`${name} must be a whole number from ${range.from} to ${range.to}.`);
    return range.fallback;
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const given = this.text(name);
    const choice = choices.find((candidate) => candidate === (given ?? fallback));
    if (choice === undefined) this.addIssue(`${name} must be one of ${choices.join(', ')}.`);
    return choice ?? fallback;
  }

  addIssue(sentence: string): void {
    this.faults.push(sentence);
  }
}
