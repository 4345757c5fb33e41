import type { FactorRecord, FactorStore } from '../../ports/store/factors.js';
import { requireUser, type Tables } from './tables.js';

export function memoryFactors(tables: Tables): FactorStore {
  const { factors } = tables;

  const ofMethod = ({ userId, method }: FactorRecord): FactorRecord[] =>
    factors.by('userId', userId).filter((factor) => factor.method === method);

  return {
    async begin(factor) {
      requireUser(tables, factor.userId);
      if (ofMethod(factor).some(isConfirmed)) return false;
      for (const former of ofMethod(factor)) factors.delete(former.id);
      factors.add(factor);
      return true;
    },
    async find(id) {
      return factors.get(id) ?? null;
    },
    async list(userId) {
      return factors.by('userId', userId);
    },
    async listConfirmed(userId) {
      const confirmed = factors.by('userId', userId).toReversed().filter(isConfirmed);
      return confirmed.toSorted((a, b) => (a.confirmedAt ?? 0) - (b.confirmedAt ?? 0));
    },
    async confirm(id, at, step) {
      const factor = factors.get(id);
      if (factor === undefined || ofMethod(factor).some(isConfirmed)) return false;
      factors.replace({ ...factor, confirmedAt: at, lastStep: step });
      return true;
    },
    async advanceStep(id, step) {
      const factor = factors.get(id);
      if (factor === undefined || step <= (factor.lastStep ?? -Infinity)) return false;
      factors.replace({ ...factor, lastStep: step });
      return true;
    },
    async removeAll(userId) {
      return factors.deleteBy('userId', userId).filter(isConfirmed).length;
    },
  };
}

const isConfirmed = (factor: FactorRecord): boolean => factor.confirmedAt !== null;
