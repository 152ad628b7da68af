// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NodeAccount} from "../../../src/interfaces/IX4PNVpnSessions.sol";
import {ReceiptData} from "../../utils/Signing.sol";
import {World} from "./World.sol";

/// @title The receipts that session keys signed, what they are worth, and settling them as the model does.
abstract contract Claims is World {
    /// @dev One item of a batch. `counts`: signed by the stream's session key for this contract and chain.
    struct Entry {
        bytes32 id;
        ReceiptData receipt;
        bytes item;
        bool counts;
    }

    struct Credited {
        uint256 balance;
        uint256 fees;
    }

    /// @dev After as many a stream's receipts are sent again instead.
    uint256 private constant MAX_RECEIPTS = 5;

    mapping(bytes32 id => ReceiptData[]) internal _receipts;
    /// @dev Whom the token's issuer blocks at the moment.
    mapping(address account => bool) internal _blocked;

    function _bestClaim(bytes32 id) internal view override returns (uint256 best) {
        for (uint256 i; i < _receipts[id].length; ++i) {
            uint256 claim = _claimOf(_receipts[id][i], _model[id].stoppedAt);
            if (claim > best) best = claim;
        }
    }

    /// @dev The formula of the design, in 256 bits.
    function _claimOf(ReceiptData memory receipt, uint256 stoppedAt) internal view returns (uint256) {
        uint256 end = _now();
        if (receipt.until < end) end = receipt.until;
        if (stoppedAt != 0 && stoppedAt < end) end = stoppedAt;
        uint256 time = end > receipt.start ? end - receipt.start : 0;
        return receipt.cumulative + uint256(receipt.rate) * time / _stage.scale;
    }

    /// @dev What a valid receipt brings the stream's `settled` to.
    function _totalWith(ReceiptData memory receipt, bytes32 id) internal view returns (uint256 total) {
        Model memory model = _model[id];
        total = _claimOf(receipt, model.stoppedAt);
        if (total > model.deposit) total = model.deposit;
        if (total < model.settled) total = model.settled;
    }

    /// @dev A receipt that the session key signs: for bytes or a lease, small or as large as its type.
    function _signReceipt(Line memory line, uint256 seed) internal returns (ReceiptData memory receipt) {
        ReceiptData[] storage signed = _receipts[line.id];
        if (signed.length == MAX_RECEIPTS) return signed[seed % MAX_RECEIPTS];
        (receipt.user, receipt.node) = (line.user, line.node);
        uint256 deposit = _model[line.id].deposit;
        uint256 kind = seed % 16;
        if (kind != 0) receipt.cumulative = uint96((seed >> 4) % (deposit + deposit / 4 + 1));
        if (kind == 1) receipt.cumulative = type(uint96).max;
        if (kind >= 6) _addLease(receipt, deposit, seed >> 8);
        // Together with a lease, more than 96 bits.
        if (kind == 15) receipt.cumulative = type(uint96).max;
        signed.push(receipt);
    }

    /// @dev Rates that use up the deposit in about a month, or the largest; times around now, or the extremes.
    function _addLease(ReceiptData memory receipt, uint256 deposit, uint256 seed) private view {
        receipt.cumulative /= 8;
        uint256 monthly = deposit * _stage.scale / 30 days + 1;
        receipt.rate = uint64(monthly > type(uint64).max || seed % 8 == 0 ? type(uint64).max : monthly);
        receipt.start = uint40(_now() + 1 days - (seed >> 8) % 5 days);
        receipt.until = uint40(receipt.start + 9 days - (seed >> 40) % 10 days);
        if (seed % 8 == 1) receipt.start = 0;
        if (seed % 8 == 2) receipt.until = type(uint40).max;
    }

    /// @dev An item of `settle` signed by `key` for the contract `verifier` on `chain`.
    function _itemFor(address verifier, uint256 chain, uint256 key, ReceiptData memory receipt)
        internal
        pure
        returns (bytes memory)
    {
        bytes32 digest = _digest(_domain("X4PN Sessions", chain, verifier), _hashReceipt(receipt));
        return abi.encodePacked(receipt.user, _packClaim(receipt, _compact(key, digest)));
    }

    function _item(uint256 key, ReceiptData memory receipt) internal view returns (bytes memory) {
        return _itemFor(address(SESSIONS), _CHAIN, key, receipt);
    }

    function _entry(Line memory line, uint256 seed) internal returns (Entry memory entry) {
        ReceiptData memory receipt = _signReceipt(line, seed);
        return Entry({id: line.id, receipt: receipt, item: _item(line.sessionPk, receipt), counts: true});
    }

    /// @dev What `entries` pay together, noted in the model.
    function _modelSettle(Entry[] memory entries, address node_) internal returns (uint256 paid) {
        for (uint256 i; i < entries.length; ++i) {
            Model storage model = _model[entries[i].id];
            if (!entries[i].counts || entries[i].receipt.node != node_ || model.flags != OPENED) continue;
            uint256 total = _totalWith(entries[i].receipt, entries[i].id);
            if (total > model.settled && entries[i].receipt.rate != 0) {
                _reach(model.stoppedAt == 0 ? "a lease paid" : "a lease paid after a stop");
            }
            paid += total - model.settled;
            model.settled = total;
        }
    }

    function _creditOf(address node_) internal view returns (Credited memory) {
        NodeAccount memory account = SESSIONS.nodeAccount(node_);
        return Credited(account.balance, uint256(account.pendingFees) + SESSIONS.treasuryBalance());
    }

    /// @dev Holds what a node was credited for a batch that paid `paid` against the fee's rule, and notes it.
    function _checkCredit(address node_, Credited memory before, uint256 paid) internal {
        Credited memory credited = _creditOf(node_);
        uint256 fee = credited.fees - before.fees;
        uint256 expected = (paid * _feeNow() + BPS - 1) / BPS;
        if (paid != 0 && _feeNow() != 0 && fee == 0) _broke(8, "no fee on a batch that is not zero");
        if (fee > (paid * 500 + BPS - 1) / BPS) _broke(8, "a fee above the cap");
        if (fee != expected) _broke(8, "a fee that is not the one in force, rounded up");
        _earned[node_] += paid - expected;
    }
}
