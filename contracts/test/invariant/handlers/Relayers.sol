// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OpenFromBalance, OpenIntent, WithdrawIntent} from "../../../src/interfaces/IX4PNVpnSessions.sol";
import {World} from "./World.sol";

/// @title What relayers send for users who signed, and what happens when a relayer changes a word of it.
abstract contract Relayers is World {
    uint256 private _salt;

    /// @dev Everything that a relayer could gain or lose by sending `data`.
    struct Purse {
        uint256 free;
        uint256 tokens;
    }

    function openBySig(uint256 who, uint256 where, uint256 seed) external watched {
        address from = user(who);
        if (_paused() || _lines.length == MAX_LINES || _free[from] < 2) return;
        uint256 fee = (seed >> 4) % 3 == 0 ? 0 : (seed >> 8) % (_free[from] / 2);
        OpenFromBalance memory intent = OpenFromBalance({
            user: from,
            node: node(where),
            sessionKey: vm.addr(3001 + _lines.length),
            deposit: uint96(1 + (seed >> 16) % (_free[from] - fee)),
            relayFee: uint96(fee),
            feeTo: relayer(seed),
            deadline: uint40(_now() + 10 minutes)
        });
        bytes memory signature = _signFor(_userKey(who), _hashOpenFromBalance(intent));
        address sender = relayer(seed % RELAYERS + 1);

        OpenFromBalance memory changed = abi.decode(abi.encode(intent), (OpenFromBalance));
        _changeOpening(changed, seed >> 24);
        if (!_refused(sender, abi.encodeCall(SESSIONS.openBySig, (changed, signature)))) {
            _broke(12, "a relayer changed an opening");
        }
        Purse memory before = _purse(sender);
        _sendIntended(sender, abi.encodeCall(SESSIONS.openBySig, (intent, signature)));
        _checkSender(sender, before);
        _free[from] -= uint256(intent.deposit) + fee;
        _checkFee(intent.feeTo, fee);
        _addLine(from, intent.node, 3001 + _lines.length, intent.deposit);
        if (!_refused(sender, abi.encodeCall(SESSIONS.openBySig, (intent, signature)))) {
            _broke(12, "an opening was relayed twice");
        }
        _reach(fee == 0 ? "opened by signature, no fee" : "opened by signature");
    }

    function _changeOpening(OpenFromBalance memory intent, uint256 seed) private view {
        uint256 kind = seed % 7;
        if (kind == 0) {
            intent.feeTo = relayer(seed % RELAYERS + 1) == intent.feeTo ? address(this) : relayer(seed % RELAYERS + 1);
        }
        if (kind == 1) intent.relayFee += 1;
        if (kind == 2) intent.node = intent.node == node(0) ? node(1) : node(0);
        if (kind == 3) intent.sessionKey = relayer(0);
        if (kind == 4) intent.deposit = intent.deposit == 1 ? 2 : intent.deposit - 1;
        if (kind == 5) intent.user = intent.user == user(0) ? user(1) : user(0);
        if (kind == 6) intent.deadline -= 1;
    }

    function openWithAuthorization(uint256 who, uint256 where, uint256 seed) external watched {
        // Smart accounts cannot sign for this token.
        if (!_stage.gasless || _paused() || _lines.length == MAX_LINES || who % USERS == 2) return;
        OpenIntent memory intent = OpenIntent({
            user: user(who),
            node: node(where),
            sessionKey: vm.addr(3001 + _lines.length),
            deposit: uint96(_amount(seed >> 4)),
            relayFee: uint96((seed >> 4) % 3 == 0 ? 0 : _amount(seed >> 8) / 16),
            feeTo: relayer(seed)
        });
        uint256 value = uint256(intent.deposit) + intent.relayFee;
        bytes memory signature = _authorize(who, value, _hashOpenIntent(intent));
        TOKEN.mint(intent.user, 2 * value + 2);
        uint256 held = TOKEN.balanceOf(intent.user);
        address sender = relayer(seed % RELAYERS + 1);
        _tryChanged(sender, intent, signature, seed >> 24);

        Purse memory before = _purse(sender);
        _sendIntended(
            sender, abi.encodeCall(SESSIONS.openWithAuthorization, (intent, 0, _now() + 10 minutes, signature))
        );
        _checkSender(sender, before);
        if (held - TOKEN.balanceOf(intent.user) != value) _broke(12, "a relayed opening took another sum");
        _checkFee(intent.feeTo, intent.relayFee);
        _addLine(intent.user, intent.node, 3001 + _lines.length, intent.deposit);
        _reach(intent.relayFee == 0 ? "opened by authorization, no fee" : "opened by authorization");
    }

    function _tryChanged(address sender, OpenIntent memory intent, bytes memory signature, uint256 seed) private {
        OpenIntent memory changed = abi.decode(abi.encode(intent), (OpenIntent));
        uint256 kind = seed % 5;
        if (kind == 0) changed.feeTo = changed.feeTo == sender ? address(this) : sender;
        // The sum stays the same.
        if (kind == 1 && changed.deposit > 1) {
            (changed.deposit, changed.relayFee) = (changed.deposit - 1, changed.relayFee + 1);
        } else if (kind == 1) {
            changed.feeTo = address(this);
        }
        if (kind == 2) changed.node = changed.node == node(0) ? node(1) : node(0);
        if (kind == 3) changed.sessionKey = sender;
        bytes memory call = abi.encodeCall(SESSIONS.openWithAuthorization, (changed, 0, _now() + 10 minutes, signature));
        if (kind == 4) {
            uint256 value = uint256(intent.deposit) + intent.relayFee;
            call = abi.encodeCall(
                SESSIONS.depositWithAuthorization,
                (intent.user, sender, value, bytes32(0), 0, _now() + 10 minutes, signature)
            );
        }
        if (!_refused(sender, call)) _broke(12, "a relayer changed an authorized opening");
    }

    function depositWithAuthorization(uint256 who, uint256 forWhom, uint256 seed) external watched {
        if (!_stage.gasless || _paused() || who % USERS == 2) return;
        (address from, address to, uint256 amount) = (user(who), user(forWhom), _amount(seed));
        bytes32 salt = bytes32(++_salt);
        bytes memory signature = _authorize(who, amount, _hashDepositIntent(from, to, amount, salt));
        TOKEN.mint(from, amount);
        uint256 validBefore = _now() + 10 minutes;
        address sender = relayer(seed);
        bytes memory stolen =
            abi.encodeCall(SESSIONS.depositWithAuthorization, (from, sender, amount, salt, 0, validBefore, signature));
        if (!_refused(sender, stolen)) _broke(12, "a relayer took a deposit");
        Purse memory before = _purse(sender);
        _sendIntended(
            sender,
            abi.encodeCall(SESSIONS.depositWithAuthorization, (from, to, amount, salt, 0, validBefore, signature))
        );
        _checkSender(sender, before);
        _free[to] += amount;
        _reach("deposited by authorization");
    }

    function withdrawBySig(uint256 who, uint256 seed) external watched {
        address from = user(who);
        if (_free[from] == 0) return;
        uint256 amount = 1 + (seed >> 8) % _free[from];
        uint256 rest = _free[from] - amount;
        WithdrawIntent memory intent = WithdrawIntent({
            user: from,
            to: vm.addr(5001),
            amount: uint96(amount),
            relayFee: uint96((seed >> 4) % (rest + 1)),
            feeTo: relayer(seed),
            deadline: uint40(_now() + 30 days),
            salt: bytes32(++_salt)
        });
        bytes memory signature = _signFor(_userKey(who), _hashWithdrawIntent(intent));
        address sender = relayer(seed % RELAYERS + 1);
        _tryChanged(sender, intent, signature, seed >> 24);

        uint256 held = TOKEN.balanceOf(intent.to);
        Purse memory before = _purse(sender);
        bytes memory call = abi.encodeCall(SESSIONS.withdrawBySig, (intent, signature));
        _sendIntended(sender, call);
        _checkSender(sender, before);
        if (TOKEN.balanceOf(intent.to) - held != amount) _broke(12, "a relayed withdrawal paid another sum");
        _free[from] -= amount + intent.relayFee;
        _checkFee(intent.feeTo, intent.relayFee);
        if (!_refused(sender, call)) _broke(12, "a withdrawal was relayed twice");
        _reach(intent.relayFee == 0 ? "withdrawn by signature, no fee" : "withdrawn by signature");
    }

    function _tryChanged(address sender, WithdrawIntent memory intent, bytes memory signature, uint256 seed) private {
        WithdrawIntent memory changed = abi.decode(abi.encode(intent), (WithdrawIntent));
        uint256 kind = seed % 5;
        if (kind == 0) changed.to = sender;
        if (kind == 1) changed.feeTo = changed.feeTo == sender ? address(this) : sender;
        if (kind == 2) (changed.amount, changed.relayFee) = (changed.amount - 1, changed.relayFee + 1);
        if (kind == 3) changed.salt = bytes32(++_salt);
        if (kind == 4) changed.user = changed.user == user(0) ? user(1) : user(0);
        if (!_refused(sender, abi.encodeCall(SESSIONS.withdrawBySig, (changed, signature)))) {
            _broke(12, "a relayer changed a withdrawal");
        }
    }

    function stopBySig(uint256 which, uint256 seed) external watched {
        (Line memory line, bool any) = _pickLive(which);
        if (!any || _model[line.id].stoppedAt != 0) return;
        bytes32 structHash = _hashStop(line.user, line.node, line.sessionKey);
        bool bySessionKey = seed % 2 == 0;
        uint256 key = bySessionKey ? line.sessionPk : _keyOf(line.user);
        bytes memory signature = _signFor(key, structHash);
        Purse memory before = _purse(relayer(seed));
        _sendIntended(
            relayer(seed), abi.encodeCall(SESSIONS.stopBySig, (line.user, line.node, line.sessionKey, signature))
        );
        _checkSender(relayer(seed), before);
        _model[line.id].stoppedAt = _now();
        _reach(bySessionKey ? "stopped by the session key" : "stopped by the user's signature");
    }

    /// @dev The first 65 bytes of an authorization to the sessions contract, valid for ten minutes.
    function _authorize(uint256 who, uint256 value, bytes32 nonce) private view returns (bytes memory) {
        bytes32 structHash =
            _hashReceiveAuthorization(user(who), address(SESSIONS), value, 0, _now() + 10 minutes, nonce);
        return _sign(_userKey(who), _digest(_domain("USD Coin", _CHAIN, address(TOKEN)), structHash));
    }

    function _sendIntended(address sender, bytes memory data) private {
        if (_refused(sender, data)) _broke(12, "what the user signed was refused");
    }

    function _purse(address account) private view returns (Purse memory) {
        return Purse(SESSIONS.balanceOf(account), TOKEN.balanceOf(account));
    }

    /// @dev Who sends gets nothing for sending: the fee goes to whom the user named, who here is somebody else.
    function _checkSender(address sender, Purse memory before) private {
        Purse memory purse = _purse(sender);
        if (purse.free != before.free || purse.tokens != before.tokens) _broke(12, "who sent it gained or lost");
    }

    function _checkFee(address feeTo, uint256 fee) private {
        _free[feeTo] += fee;
        if (SESSIONS.balanceOf(feeTo) != _free[feeTo]) _broke(12, "a relay fee is not what was signed");
    }
}
