// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {World} from "./World.sol";

/// @title What users do themselves: deposit, withdraw, open, top up, stop, close.
abstract contract Users is World {
    function deposit(uint256 who, uint256 forWhom, uint256 seed) external watched {
        if (_paused()) return;
        uint256 amount = _amount(seed);
        TOKEN.mint(user(who), amount);
        vm.prank(user(who));
        SESSIONS.depositFor(user(forWhom), amount);
        _free[user(forWhom)] += amount;
        _reach("deposited");
    }

    function withdraw(uint256 who, uint256 seed) external watched {
        uint256 amount = _free[user(who)];
        if (amount == 0) return;
        if (seed % 2 == 0) amount = 1 + (seed >> 1) % amount;
        vm.prank(user(who));
        SESSIONS.withdraw(user(who), amount);
        _free[user(who)] -= amount;
        _reach("withdrawn");
    }

    function open(uint256 who, uint256 where, uint256 seed) external watched {
        if (_paused() || _lines.length == MAX_LINES) return;
        uint256 sessionPk = 3001 + _lines.length;
        (address from, address to, uint256 amount) = (user(who), node(where), _amount(seed));
        address sessionKey = vm.addr(sessionPk);
        if (amount <= _free[from]) {
            vm.prank(from);
            SESSIONS.openFromBalance(to, sessionKey, uint96(amount));
            _free[from] -= amount;
            _reach("opened from the free balance");
        } else {
            TOKEN.mint(from, amount);
            vm.prank(from);
            SESSIONS.open(to, sessionKey, uint96(amount));
            _reach("opened from the wallet");
        }
        _addLine(from, to, sessionPk, amount);
    }

    function topUp(uint256 which, uint256 by, uint256 seed) external watched {
        (Line memory line, bool any) = _pick(which);
        if (!any || _paused()) return;
        uint256 amount = _amount(seed);
        address from = user(by);
        TOKEN.mint(from, amount);
        Model storage model = _model[line.id];
        if (model.flags == OPENED && model.stoppedAt == 0) {
            vm.prank(from);
            SESSIONS.topUp(line.user, line.node, line.sessionKey, uint96(amount));
            model.deposit += amount;
            _reach("topped up from the wallet");
        } else {
            bytes memory call = abi.encodeCall(SESSIONS.topUp, (line.user, line.node, line.sessionKey, uint96(amount)));
            if (!_refused(from, call)) _broke(model.flags == CLOSED ? 11 : 6, "a stream that has ended was topped up");
            _reach(model.flags == CLOSED ? "refused to top up what is closed" : "refused to top up what is stopped");
        }
    }

    function topUpFromBalance(uint256 which, uint256 seed) external watched {
        (Line memory line, bool any) = _pickLive(which);
        Model storage model = _model[line.id];
        if (!any || _paused() || model.stoppedAt != 0 || _free[line.user] == 0) return;
        uint256 amount = 1 + seed % _free[line.user];
        vm.prank(line.user);
        SESSIONS.topUpFromBalance(line.node, line.sessionKey, uint96(amount));
        _free[line.user] -= amount;
        model.deposit += amount;
        _reach("topped up from the free balance");
    }

    /// @dev Beyond 96 bits: refused. Were it not, the model, which has no such bound, would differ.
    function topUpBeyond96Bits(uint256 which, uint256 by) external watched {
        (Line memory line, bool any) = _pickLive(which);
        Model storage model = _model[line.id];
        if (!any || _paused() || model.stoppedAt != 0) return;
        uint256 amount = type(uint96).max - model.deposit + 1;
        TOKEN.mint(user(by), amount);
        bytes memory call = abi.encodeCall(SESSIONS.topUp, (line.user, line.node, line.sessionKey, uint96(amount)));
        if (!_refused(user(by), call)) model.deposit += amount;
        _reach("refused what does not fit 96 bits");
    }

    /// @dev An id that was opened, in whatever state it is, by each way of opening that its user has.
    function openAgain(uint256 which, uint256 seed) external watched {
        (Line memory line, bool any) = _pick(which);
        if (!any || _paused()) return;
        TOKEN.mint(line.user, 2);
        bool wallet = seed % 2 == 0;
        if (!wallet) {
            vm.prank(line.user);
            SESSIONS.deposit(1);
            _free[line.user] += 1;
        }
        bytes memory call = wallet
            ? abi.encodeCall(SESSIONS.open, (line.node, line.sessionKey, 1))
            : abi.encodeCall(SESSIONS.openFromBalance, (line.node, line.sessionKey, 1));
        if (!_refused(line.user, call)) _broke(11, "an id was opened twice");
        _reach(_model[line.id].flags == CLOSED ? "refused to open a closed id" : "refused to open a live id");
    }

    function stop(uint256 which) external watched {
        (Line memory line, bool any) = _pickLive(which);
        if (!any || _model[line.id].stoppedAt != 0) return;
        vm.prank(line.user);
        SESSIONS.stop(line.node, line.sessionKey);
        _model[line.id].stoppedAt = _now();
        _reach("stopped by the user");
    }

    /// @dev Before the window's end nobody closes, not even the user; from then on both ways work.
    function close(uint256 which, uint256 how) external watched {
        (Line memory line, bool any) = _pickLive(which);
        if (!any) return;
        Model storage model = _model[line.id];
        bool byUser = how % 2 == 0;
        // Days of waiting are rare otherwise, and most streams would never be closed this way.
        if (how % 4 < 2 && model.stoppedAt != 0 && _now() < model.stoppedAt + _WINDOW) {
            vm.warp(model.stoppedAt + _WINDOW - how / 4 % 2);
        }
        bytes memory call = byUser
            ? abi.encodeCall(SESSIONS.close, (line.node, line.sessionKey, line.user))
            : abi.encodeCall(SESSIONS.closeFor, (line.user, line.node, line.sessionKey));
        bool early = model.stoppedAt == 0 || _now() < model.stoppedAt + _WINDOW;
        bool refused = _refused(byUser ? line.user : relayer(how), call);
        if (early) {
            if (!refused) _broke(6, "closed before the window's end");
            _reach("refused to close early");
            return;
        }
        if (refused) _broke(7, "a close after the window was refused");
        model.flags = CLOSED;
        if (!byUser) _free[line.user] += model.deposit - model.settled;
        _reach(_paused() ? "closed in a pause" : byUser ? "closed by the user" : "closed by anyone");
    }
}
