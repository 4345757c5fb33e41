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
  needed(name: string, why: string): string {
    const value = this.text(name);
    if (value === undefined) this.fault(`${name} is needed ${why}.`);
    return value ?? '';
  }

  wholeNumber(name: string, range: { readonly from: number; readonly to: number; readonly otherwise: number }): number {
    const given = this.text(name);
    if (given === undefined) return range.otherwise;
    const value = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
    if (value >= range.from && value <= range.to) return value;
    this.fault(`${name} must be a whole number from ${range.from} to ${range.to}.`);
    return range.otherwise;
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[], otherwise: Choice): Choice {
    const given = this.text(name);
    const choice = choices.find((candidate) => candidate === (given ?? otherwise));
    if (choice === undefined) this.fault(`${name} must be one of ${choices.join(', ')}.`);
    return choice ?? otherwise;
  }

  fault(sentence: string): void {
    this.faults.push(sentence);
  }
}
