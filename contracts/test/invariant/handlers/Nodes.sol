// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNNodeRegistry} from "../../../src/interfaces/IX4PNNodeRegistry.sol";
import {ReceiptData} from "../../utils/Signing.sol";
import {Claims} from "./Claims.sol";

/// @title What nodes do, or anyone for them: settle, release, close with a user, book, pay out.
abstract contract Nodes is Claims {
    error Outcome(bytes32 streams, uint256 credit);

    /// @dev Up to 6 items of one node: fresh receipts and old ones, of streams in any state, some signed by a stranger.
    function settle(uint256 where, uint256 seed) external watched {
        if (_lines.length == 0) return;
        address to = node(where);
        Entry[] memory entries = new Entry[](1 + seed % 6);
        uint256 many;
        for (uint256 i; i < entries.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            entries[i] = _batchEntry(to, seed);
        }
        bytes memory apart = _oneByOne(to, entries, seed);

        Credited memory before = _creditOf(to);
        bytes memory items;
        for (uint256 i; i < entries.length; ++i) {
            items = bytes.concat(items, entries[i].item);
            if (entries[i].counts && entries[i].receipt.node == to) ++many;
        }
        vm.prank(relayer(seed));
        SESSIONS.settle(to, items);
        uint256 paid = _modelSettle(entries, to);
        _checkApart(apart, _creditOf(to).balance - before.balance, entries.length);
        _checkCredit(to, before, paid);
        if (paid != 0) _reach(many > 2 ? "a batch of several paid" : "a batch paid");
        if (paid != 0 && _paused()) _reach("settled in a pause");
        if (paid == 0) _reach("a batch paid nothing");
    }

    function _batchEntry(address to, uint256 seed) private returns (Entry memory entry) {
        Line memory line = _lines[seed % _lines.length];
        // Mostly this node's streams; others' receipts must pay it nothing.
        for (uint256 i; i < _lines.length && line.node != to && seed % 8 != 0; ++i) {
            line = _lines[(seed % _lines.length + i) % _lines.length];
        }
        entry = _entry(line, seed >> 8);
        if (seed % 16 == 1) {
            (entry.item, entry.counts) = (_item(4001, entry.receipt), false);
        }
    }

    /// @dev What the same items bring one by one in another order, without a trace.
    function _oneByOne(address to, Entry[] memory entries, uint256 seed) private returns (bytes memory outcome) {
        bytes[] memory items = new bytes[](entries.length);
        for (uint256 i; i < items.length; ++i) {
            items[i] = entries[i].item;
        }
        for (uint256 i = items.length - 1; i > 0; --i) {
            uint256 j = uint256(keccak256(abi.encode(seed, i))) % (i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
        try this.settleApart(to, items) {}
        catch (bytes memory result) {
            outcome = result;
        }
    }

    /// @dev Always reverts, so that it leaves no trace. Not an action.
    function settleApart(address to, bytes[] calldata items) external {
        uint256 before = _creditOf(to).balance;
        for (uint256 i; i < items.length; ++i) {
            SESSIONS.settle(to, items[i]);
        }
        revert Outcome(_allSettled(), _creditOf(to).balance - before);
    }

    function _checkApart(bytes memory apart, uint256 credit, uint256 count) private {
        bytes memory together = abi.encodeWithSelector(Outcome.selector, _allSettled(), credit);
        uint256 separate;
        assembly ("memory-safe") {
            separate := mload(add(apart, 0x44))
            // Only the streams are to be equal.
            mstore(add(together, 0x44), separate)
        }
        if (keccak256(apart) != keccak256(together)) _broke(4, "a batch settles other than its items one by one");
        if (credit < separate || credit - separate > count - 1) _broke(4, "a batch's credit is not that of its items");
        if (credit != separate) _reach("a batch saved a rounded-up fee");
    }

    function _allSettled() private view returns (bytes32 all) {
        for (uint256 i; i < _lines.length; ++i) {
            all = keccak256(abi.encode(all, SESSIONS.stream(_lines[i].id)));
        }
    }

    /// @dev Up to 4 items of one node's streams in any state: nothing used, a valid receipt, or a stranger's.
    function release(uint256 where, uint256 seed) external watched {
        if (_lines.length == 0 || seed % 2 != 0) return;
        address from = node(where);
        Credited memory before = _creditOf(from);
        bytes memory items;
        uint256 paid;
        for (uint256 i; i <= (seed >> 8) % 4; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            (bytes memory item, uint256 more) = _releaseItem(from, _lines[seed % _lines.length], seed >> 8);
            items = bytes.concat(items, item);
            paid += more;
        }
        vm.prank(from);
        SESSIONS.release(items);
        _checkCredit(from, before, paid);
    }

    function _releaseItem(address from, Line memory line, uint256 seed) private returns (bytes memory, uint256) {
        uint256 kind = seed % 4;
        bytes memory claim = new bytes(94);
        Model storage model = _model[line.id];
        uint256 total = model.settled;
        if (kind != 0) {
            ReceiptData memory receipt = _signReceipt(line, seed >> 8);
            bytes memory signature =
                _compact(kind == 1 ? 4001 : line.sessionPk, _digest(_sessionsDomain(), _hashReceipt(receipt)));
            claim = _packClaim(receipt, signature);
            total = _totalWith(receipt, line.id);
            // Nothing claimed needs no signature.
            if (receipt.cumulative == 0 && receipt.rate == 0) kind = 0;
        }
        bytes memory item = abi.encodePacked(line.user, line.sessionKey, claim);
        bytes32 own = keccak256(abi.encodePacked(line.user, from, line.sessionKey));
        if (kind == 0 && line.node != from && _model[own].flags == OPENED) {
            // The node's own stream of the same user and session key, of which nothing is claimed.
            line = Line(line.user, from, line.sessionKey, line.sessionPk, own);
            total = _model[own].settled;
        }
        model = _model[line.id];
        if (line.node != from || model.flags != OPENED || kind == 1) {
            _reach(
                line.node == from && model.flags == CLOSED ? "skipped a release of what is closed" : "skipped a release"
            );
            return (item, 0);
        }
        _reach(total > model.settled ? "a release paid" : "a release refunded only");
        return (item, _end(line, total));
    }

    function _sessionsDomain() private view returns (bytes32) {
        return _domain("X4PN Sessions", _CHAIN, address(SESSIONS));
    }

    /// @dev Ends a stream in the model.
    function _end(Line memory line, uint256 total) private returns (uint256 paid) {
        Model storage model = _model[line.id];
        paid = total - model.settled;
        (model.settled, model.flags) = (total, CLOSED);
        _free[line.user] += model.deposit - total;
    }

    /// @dev The node signs for any sum; the receipt attached may be worth less, and then nothing may happen.
    function closeCooperative(uint256 which, uint256 seed) external watched {
        (Line memory line, bool any) = _pickLive(which);
        if (!any || seed % 4 != 0) return;
        Model memory model = _model[line.id];
        uint256 maxClaim = (seed >> 4) % 8 == 0 ? type(uint96).max : (seed >> 8) % (model.deposit + 1);
        ReceiptData memory receipt = _signReceipt(line, seed >> 16);
        // A bare release, or a receipt.
        bool bare = (seed >> 2) % 4 == 0;
        // Sums at random are mostly above what is proven.
        if ((seed >> 24) % 2 == 0) maxClaim = (seed >> 32) % (_clampedClaim(receipt, model, false) + 1);
        bytes memory call = _cooperativeCall(line, maxClaim, bare ? bytes("") : _item(line.sessionPk, receipt));

        uint256 due = maxClaim < model.deposit ? maxClaim : model.deposit;
        uint256 worth = bare ? 0 : _totalWith(receipt, line.id);
        Credited memory before = _creditOf(line.node);
        bool refused = _refused(relayer(seed), call);
        if (due > model.settled && _clampedClaim(receipt, model, bare) < due) {
            if (!refused) _broke(3, "a node's release charged more than the receipt");
            _reach("refused a release above the receipt");
            return;
        }
        if (refused) _broke(6, "a cooperative close that the node agreed to was refused");
        worth = due > model.settled ? due : model.settled;
        _checkCredit(line.node, before, _end(line, worth));
        _reach(worth > model.settled ? "closed cooperatively and paid" : "closed cooperatively and refunded only");
    }

    function _clampedClaim(ReceiptData memory receipt, Model memory model, bool bare) private view returns (uint256) {
        if (bare) return 0;
        uint256 claim = _claimOf(receipt, model.stoppedAt);
        return claim < model.deposit ? claim : model.deposit;
    }

    function _cooperativeCall(Line memory line, uint256 maxClaim, bytes memory item)
        private
        view
        returns (bytes memory)
    {
        uint40 deadline = uint40(_now() + 10 minutes);
        bytes32 structHash = _hashRelease(
            line.user, line.node, line.sessionKey, uint96(maxClaim), uint96(_model[line.id].deposit), deadline
        );
        bytes memory consent = _signFor(_keyOfNode(line.node), structHash);
        return abi.encodeCall(
            SESSIONS.closeCooperative,
            (line.user, line.node, line.sessionKey, uint96(maxClaim), deadline, item, consent)
        );
    }

    function book(uint256 which) external watched {
        uint256 before = SESSIONS.treasuryBalance();
        SESSIONS.book(node(which));
        if (SESSIONS.treasuryBalance() > before) _reach("booked fees");
    }

    function payOut(uint256 which) external watched {
        address from = node(which);
        address to = IX4PNNodeRegistry(SESSIONS.REGISTRY()).payoutOf(from);
        if (_earned[from] == 0 || _blocked[to]) return;
        if (to == address(0)) {
            if (!_refused(relayer(which), abi.encodeCall(SESSIONS.payOut, (from)))) _broke(1, "paid out to nobody");
            _reach("refused to pay out to nobody");
            return;
        }
        uint256 held = TOKEN.balanceOf(to);
        vm.prank(relayer(which));
        SESSIONS.payOut(from);
        if (TOKEN.balanceOf(to) - held != _earned[from]) _broke(1, "a payout was not the balance");
        _earned[from] = 0;
        _reach("paid out");
    }

    function payTreasury() external watched {
        address to = SESSIONS.treasury();
        uint256 due = SESSIONS.treasuryBalance();
        if (due == 0 || _blocked[to]) return;
        uint256 held = TOKEN.balanceOf(to);
        SESSIONS.payTreasury();
        if (TOKEN.balanceOf(to) - held != due) _broke(1, "the treasury was not paid what was booked");
        _reach("paid the treasury");
    }
}
