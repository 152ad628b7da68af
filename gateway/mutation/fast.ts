// Mutants of the receipts' cryptography, the journal, the meter and the batches of joins.
import type { Mutant } from './mutant.ts'

const crypto = 'gateway/src/crypto/crypto.test.ts'
const verifier = 'gateway/src/crypto/verifier.test.ts'
const powerCut = 'gateway/src/journal/power-cut.test.ts'
const fuzz = 'gateway/src/journal/fuzz.test.ts'
const lines = 'gateway/src/journal/lines.test.ts'
const restore = 'gateway/src/journal/restore.test.ts'

export const mutants: Mutant[] = [
  {
    // Of several joins at once only one fails, and is undone alone.
    pitfall: 27,
    file: 'gateway/src/tunnel/batch.ts',
    from: 'if (batch.length === 1) return only?.failed(error)',
    to: 'if (only) return batch.forEach(({ failed }) => failed(error))',
    test: 'gateway/src/tunnel/batch.test.ts',
  },
  {
    // An error is not heard: a reading or a change that failed counts as done.
    pitfall: 31,
    file: 'gateway/src/tunnel/nft-conversation.ts',
    from: 'if (question.errors.length > 0)',
    to: 'if (false as boolean)',
    test: 'gateway/src/tunnel/nft-conversation.test.ts',
  },
  {
    // An nft that repeats what it is told is taken for one that answers.
    pitfall: 31,
    file: 'gateway/src/tunnel/nft-conversation.ts',
    from: "if ((await conversation.say('', patience)) === '') return conversation",
    to: "await conversation.say('', patience)\n      return conversation",
    test: 'gateway/src/tunnel/nft-conversation.test.ts',
  },
  {
    // A change that an nft did not live to do counts as done.
    pitfall: 31,
    file: 'gateway/src/tunnel/nft-conversation.ts',
    from: 'for (const { failed } of unanswered) failed(why)',
    to: "for (const { done } of unanswered) done('')",
    test: 'gateway/src/tunnel/nft-conversation.test.ts',
  },
  {
    pitfall: 29,
    file: 'gateway/src/journal/lines.ts',
    from: 'return isRecord(value) ? value : undefined',
    to: 'return value as JournalRecord',
    test: fuzz,
  },
  {
    // Of another stream than its user, this node and its session key make.
    pitfall: 29,
    file: 'gateway/src/journal/restore.ts',
    from: 'if (streamOf(user, node, sessionKey) !== stream)',
    to: 'if (false as boolean)',
    test: restore,
  },
  {
    // A smart account's word is taken for a key's after a restart.
    pitfall: 26,
    file: 'gateway/src/journal/restore.ts',
    from: '...(record.proven',
    to: '...((true as boolean)',
    test: restore,
  },
  {
    // Whoever wrote the line.
    pitfall: 36,
    file: 'gateway/src/journal/lines.ts',
    from: 'return a.length === b.length && timingSafeEqual(a, b)',
    to: 'return a.length === b.length',
    test: fuzz,
  },
  {
    // The journal of another chain or contract.
    pitfall: 36,
    file: 'gateway/src/keys.ts',
    from: "['journal', chainId, sessions.toLowerCase()]",
    to: "['journal']",
    test: lines,
  },
  {
    // What was acknowledged is on disk: no sync of the data.
    pitfall: 29,
    file: 'gateway/src/journal/journal.ts',
    from: 'await file.sync()\n    if (!this.#opened.named)',
    to: 'if (!this.#opened.named)',
    test: powerCut,
  },
  {
    // No sync before the rename.
    pitfall: 29,
    file: 'gateway/src/journal/journal.ts',
    from: 'await file.append(text)\n    await file.sync()',
    to: 'await file.append(text)',
    test: powerCut,
  },
  {
    // No sync of the folder after the rename.
    pitfall: 29,
    file: 'gateway/src/journal/journal.ts',
    from: 'await files.syncFolder(dirname(path)).then(\n      () => true,\n      () => false,\n    )',
    to: 'true',
    test: powerCut,
  },
  {
    pitfall: 30,
    file: 'gateway/src/meter.ts',
    from: 'if (!session || bytes <= session.usedBytes) continue',
    to: 'if (!session) continue',
    test: 'gateway/src/meter.test.ts',
  },
  {
    pitfall: 31,
    file: 'gateway/src/meter.ts',
    from: '      await tunnel.ensure(peersOf(sessions))',
    to: '      await tunnel.ensure(peersOf(sessions))\n      await tunnel.keepAlive()',
    test: 'gateway/src/meter.test.ts',
  },
  {
    pitfall: 34,
    file: 'gateway/src/sessions/accept-receipt.ts',
    from: "if (sessions.ofUser(user).length === 0) throw new ApiError('RECEIPT_BAD_SIGNATURE')",
    to: '',
    test: 'gateway/src/sessions/stranger.test.ts',
  },
  {
    // A wrong parity: the contract would recover another key.
    pitfall: 36,
    file: 'gateway/src/crypto/signature.ts',
    from: 'return { bytes, parity: top > 0x7f ? 1 : 0 }',
    to: 'return { bytes, parity: 0 }',
    test: crypto,
  },
  {
    // The parity of what was only verified is settled as it came.
    pitfall: 36,
    file: 'gateway/src/sessions/receipt-stream.ts',
    from: 'withTrueParity(digestFor(context)(receipt), receipt.signature, sessionKey)',
    to: 'receipt.signature',
    test: 'gateway/src/settle/settler.test.ts',
  },
  {
    // Whoever signed: the user's only session has it.
    pitfall: 36,
    file: 'gateway/src/sessions/receipt-stream.ts',
    from: 'return isSigned ? sessions.get(only.stream) : undefined',
    to: 'return sessions.get(only.stream)',
    test: 'gateway/src/sessions/receipt-stream.test.ts',
  },
  {
    pitfall: 36,
    file: 'gateway/src/crypto/signature.ts',
    from: 'if (bytes.compare(HALF_ORDER, 0, 32, 32, 64) > 0) return undefined',
    to: '',
    test: crypto,
  },
  {
    // Every receipt for one chain and contract.
    pitfall: 36,
    file: 'gateway/src/crypto/struct-digest.ts',
    from: "whole.write(domainSeparator(domain).slice(2), 2, 'hex')",
    to: '',
    test: crypto,
  },
  {
    // A crowd's receipts are verified without a look at the answer.
    pitfall: 36,
    file: 'gateway/src/crypto/verifier.ts',
    from: 'done(valid[index] === 1)',
    to: 'done(valid[index] !== undefined)',
    test: verifier,
  },
  {
    // Each gets its neighbour's answer.
    pitfall: 36,
    file: 'gateway/src/crypto/verifier-thread.mjs',
    from: 'valid[index] = 1',
    to: 'valid[index ^ 1] = 1',
    test: verifier,
  },
  {
    // A signature for which the contract finds nobody.
    pitfall: 36,
    file: 'gateway/src/crypto/signature.ts',
    from: 'every((byte) => byte === 0)) return false',
    to: 'every((byte) => byte === 0)) return true',
    test: crypto,
  },
]
