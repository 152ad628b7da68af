// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNNodeRegistry} from "../../../src/interfaces/IX4PNNodeRegistry.sol";
import {WithdrawIntent} from "../../../src/interfaces/IX4PNVpnSessions.sol";
import {Claims} from "./Claims.sol";

/// @title Everyone leaves at once, while everyone with any power does their worst, and no user has a coin for gas.
abstract contract Exits is Claims {
    error Left();

    function everyoneLeaves(uint256 seed) external watched {
        // It costs as much as twenty other actions.
        if (seed % 4 != 0) return;
        try this.getOut() {}
        catch (bytes memory result) {
            if (keccak256(result) != keccak256(abi.encodeWithSelector(Left.selector))) {
                _broke(7, "a user could not get out after the window");
            }
        }
        _reach(_lines.length == 0 ? "nobody left" : "everyone left");
    }

    /// @dev Always reverts, so that it leaves no trace: with `Left` when all went well. Not an action.
    function getOut() external {
        _doTheirWorst();
        for (uint256 i; i < _lines.length; ++i) {
            Line memory line = _lines[i];
            if (_model[line.id].flags != OPENED || _model[line.id].stoppedAt != 0) continue;
            bytes memory signature = _signFor(_keyOf(line.user), _hashStop(line.user, line.node, line.sessionKey));
            SESSIONS.stopBySig(line.user, line.node, line.sessionKey, signature);
        }
        skip(_WINDOW);
        for (uint256 i; i < _lines.length; ++i) {
            Line memory line = _lines[i];
            Model memory model = _model[line.id];
            if (model.flags != OPENED) continue;
            SESSIONS.closeFor(line.user, line.node, line.sessionKey);
            _free[line.user] += model.deposit - model.settled;
        }
        for (uint256 i; i < USERS; ++i) {
            if (_free[user(i)] != 0) _takeOut(i);
        }
        revert Left();
    }

    function _doTheirWorst() private {
        if (!_paused()) {
            vm.prank(_stage.guardian);
            SESSIONS.pauseInflows();
        }
        vm.startPrank(_stage.admin);
        SESSIONS.setFee(500);
        _stage.authority.setTargetClosed(address(SESSIONS), true);
        vm.stopPrank();
        for (uint256 i; i < NODES; ++i) {
            TOKEN.setBlocked(node(i), true);
            TOKEN.setBlocked(IX4PNNodeRegistry(SESSIONS.REGISTRY()).payoutOf(node(i)), true);
        }
        TOKEN.setBlocked(SESSIONS.treasury(), true);
        // Whoever relays is blocked too: relaying moves none of their tokens.
        TOKEN.setBlocked(address(this), true);
    }

    function _takeOut(uint256 i) private {
        uint256 amount = _free[user(i)];
        WithdrawIntent memory intent = WithdrawIntent({
            user: user(i),
            to: vm.addr(7001 + i),
            amount: uint96(amount),
            relayFee: 0,
            feeTo: address(0),
            deadline: uint40(_now()),
            salt: keccak256("leaving")
        });
        SESSIONS.withdrawBySig(intent, _signFor(_userKey(i), _hashWithdrawIntent(intent)));
        require(TOKEN.balanceOf(intent.to) == amount, "not all of it");
    }
}
