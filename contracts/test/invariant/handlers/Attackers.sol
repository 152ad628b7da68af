// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions} from "../../../src/interfaces/IX4PNVpnSessions.sol";
import {ReceiptData} from "../../utils/Signing.sol";
import {Claims} from "./Claims.sol";

/// @title What must not work: forged stops and receipts, and receipts taken elsewhere.
abstract contract Attackers is Claims {
    /// @dev Stops signed by the node, a stranger, another user or for another contract.
    function forgeStop(uint256 which, uint256 seed) external watched {
        (Line memory line, bool any) = _pickLive(which);
        if (!any) return;
        uint256 kind = seed % 4;
        bytes32 structHash = _hashStop(line.user, line.node, line.sessionKey);
        uint256 key = kind == 0 ? nodeKey(seed >> 8) : kind == 1 ? 4001 : _userKey(seed >> 8);
        if (kind == 2 && key == _keyOf(line.user)) return;
        if (kind == 3) key = line.sessionPk;
        address verifier = kind == 3 ? address(_SIBLING) : address(SESSIONS);
        bytes memory signature = _sign(key, _digest(_domain("X4PN Sessions", _CHAIN, verifier), structHash));
        bytes memory call =
            abi.encodeCall(IX4PNVpnSessions.stopBySig, (line.user, line.node, line.sessionKey, signature));
        if (!_refused(relayer(seed), call)) _broke(6, "a forged stop ended accrual");
        _reach("refused a forged stop");
    }

    /// @dev A node's release that the node did not sign, or signed for another deposit.
    function forgeRelease(uint256 which, uint256 seed) external watched {
        (Line memory line, bool any) = _pickLive(which);
        if (!any) return;
        uint256 kind = seed % 4;
        uint96 deposited = uint96(_model[line.id].deposit);
        uint256 key = kind == 0 ? _keyOf(line.user) : kind == 1 ? line.sessionPk : 4001;
        if (kind == 3) (key, deposited) = (_keyOfNode(line.node), deposited - 1);
        uint40 deadline = uint40(_now() + 5 minutes);
        bytes32 structHash = _hashRelease(line.user, line.node, line.sessionKey, 0, deposited, deadline);
        bytes memory call = abi.encodeCall(
            IX4PNVpnSessions.closeCooperative,
            (line.user, line.node, line.sessionKey, 0, deadline, "", _signFor(key, structHash))
        );
        if (!_refused(line.user, call)) _broke(6, "closed without the node's consent");
        _reach("refused a forged release");
    }

    /// @dev More than there is, by each way out of a free balance that needs no token to come in.
    function overspend(uint256 who, uint256 which, uint256 seed) external watched {
        address from = user(who);
        uint96 amount = uint96(_free[from] + 1 + (seed >> 8) % 1e6);
        bytes memory call = abi.encodeCall(IX4PNVpnSessions.withdraw, (from, amount));
        (Line memory line, bool any) = _pickLive(which);
        if (seed % 3 == 0) {
            call = abi.encodeCall(IX4PNVpnSessions.openFromBalance, (node(which), vm.addr(3000), amount));
        }
        if (seed % 3 == 1 && any) {
            from = line.user;
            amount = uint96(_free[from] + 1);
            call = abi.encodeCall(IX4PNVpnSessions.topUpFromBalance, (line.node, line.sessionKey, amount));
        }
        if (!_refused(from, call)) _broke(1, "a user spent more than they had");
        _reach("refused to spend more than there is");
    }

    /// @dev A receipt that nobody signed who may: the node, a user, a stranger; or a true one with a bit changed.
    function forgeReceipt(uint256 which, uint256 seed) external watched {
        (Line memory line, bool any) = _pickLive(which);
        if (!any) return;
        ReceiptData memory receipt = ReceiptData(line.user, line.node, type(uint96).max, 0, 0, 0);
        uint256 kind = seed % 4;
        bytes memory item = _item(kind == 0 ? nodeKey(seed >> 4) : kind == 1 ? _userKey(seed >> 4) : 4001, receipt);
        if (kind == 3) {
            receipt.cumulative = uint96(_model[line.id].settled);
            item = _item(line.sessionPk, receipt);
            item[20 + (seed >> 4) % 30] ^= 0x40;
        }
        uint256 before = SESSIONS.stream(line.id).settled;
        SESSIONS.settle(line.node, item);
        if (SESSIONS.stream(line.id).settled != before) _broke(3, "a forged receipt paid");
        _reach("a forged receipt paid nothing");
    }

    /// @dev A receipt that is good here, sent to another contract, on another chain, for another node or user whose
    /// stream has the same session key, or sent a second time.
    function replay(uint256 which, uint256 seed) external watched {
        (Line memory line, bool any) = _pickLive(which);
        if (!any || _paused()) return;
        ReceiptData memory receipt = _signReceipt(line, seed >> 8);
        uint256 kind = seed % 5;
        if (kind == 0) _replayInSibling(line, receipt);
        if (kind == 1) _replayOnFork(line, receipt);
        if (kind == 2) _replayForTwin(line, receipt, line.user, node(seed >> 8));
        if (kind == 3) _replayForTwin(line, receipt, user(seed >> 8), line.node);
        if (kind == 4) _payTwice(line, receipt);
    }

    function _replayInSibling(Line memory line, ReceiptData memory receipt) private {
        if (_SIBLING.stream(line.id).flags == 0) {
            TOKEN.mint(line.user, 1e10);
            vm.prank(line.user);
            _SIBLING.open(line.node, line.sessionKey, 1e10);
        }
        _SIBLING.settle(line.node, _item(line.sessionPk, receipt));
        if (_SIBLING.stream(line.id).settled != 0) _broke(5, "a receipt paid in another contract");
        _reach("replayed in another contract");
    }

    function _replayOnFork(Line memory line, ReceiptData memory receipt) private {
        uint256 before = SESSIONS.stream(line.id).settled;
        bytes memory item = _item(line.sessionPk, receipt);
        vm.chainId(_CHAIN + 1);
        SESSIONS.settle(line.node, item);
        vm.chainId(_CHAIN);
        if (SESSIONS.stream(line.id).settled != before) _broke(5, "a receipt paid on another chain");
        _reach("replayed on another chain");
    }

    /// @dev Opens the stream of `user_` and `node_` under the same session key, unless it exists.
    function _replayForTwin(Line memory line, ReceiptData memory receipt, address user_, address node_) private {
        bytes32 id = keccak256(abi.encodePacked(user_, node_, line.sessionKey));
        if (id == line.id) return;
        if (_model[id].flags == 0) {
            if (_lines.length == MAX_LINES) return;
            TOKEN.mint(user_, 1e10);
            vm.prank(user_);
            SESSIONS.open(node_, line.sessionKey, 1e10);
            _addLine(user_, node_, line.sessionPk, 1e10);
        }
        uint256 before = SESSIONS.stream(id).settled;
        bytes memory signature = _compact(
            line.sessionPk, _digest(_domain("X4PN Sessions", _CHAIN, address(SESSIONS)), _hashReceipt(receipt))
        );
        SESSIONS.settle(node_, abi.encodePacked(user_, _packClaim(receipt, signature)));
        if (SESSIONS.stream(id).settled != before) _broke(5, "a receipt paid for another user or node");
        _reach(user_ == line.user ? "replayed for another node" : "replayed for another user");
    }

    function _payTwice(Line memory line, ReceiptData memory receipt) private {
        Entry[] memory entries = new Entry[](1);
        entries[0] = Entry(line.id, receipt, _item(line.sessionPk, receipt), true);
        Credited memory before = _creditOf(line.node);
        SESSIONS.settle(line.node, entries[0].item);
        _checkCredit(line.node, before, _modelSettle(entries, line.node));
        uint256 once = _creditOf(line.node).balance;
        SESSIONS.settle(line.node, entries[0].item);
        if (_creditOf(line.node).balance != once) _broke(5, "a receipt paid twice");
        _reach("replayed a receipt that had paid");
    }
}
