// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, OpenFromBalance, WithdrawIntent} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {Wallet} from "../mocks/Wallet.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

interface VmOfPrague {
    function setEvmVersion(string calldata version) external;
}

/// @title EIP-7702: user, node key and session key are keys with another contract's code.
/// @dev Twice: with code that answers no question, and with a smart account's, which a stranger owns: its owner may then
/// sign for the user as ERC-1271 says, but never for a node or a session key.
contract DelegatedAccountsTest is SessionsTest {
    address private silent;
    address private smart;
    uint256 private ownerKey;

    function setUp() public override {
        super.setUp();
        // Delegations came with Prague; the contracts need nothing of it.
        VmOfPrague(address(vm)).setEvmVersion("prague");
        silent = address(new Silent());
        ownerKey = uint256(keccak256("owner"));
        smart = address(new Wallet(vm.addr(ownerKey)));
        _deposit(50 * USDC);
    }

    function _delegate(uint256 key, address implementation) private {
        vm.signAndAttachDelegation(implementation, key);
        // The delegation takes effect with the next transaction, whoever sends it.
        Silent(silent).touch();
        assertEq(vm.addr(key).code, abi.encodePacked(hex"ef0100", implementation));
    }

    function _openSigned(uint256 key) private {
        OpenFromBalance memory intent = OpenFromBalance({
            user: user,
            node: node,
            sessionKey: session,
            deposit: 10 * USDC,
            relayFee: 0,
            feeTo: address(0),
            deadline: _now() + 60
        });
        sessions.openBySig(intent, _sign(key, _sessionsDigest(_hashOpenFromBalance(intent))));
    }

    function test_Pitfall20_aDelegatedUserOpensStopsAndWithdrawsWithTheKey() public {
        _delegate(userKey, silent);
        _openSigned(userKey);
        sessions.stopBySig(user, node, session, _sign(userKey, _sessionsDigest(_hashStop(user, node, session))));
        skip(WINDOW);
        sessions.closeFor(user, node, session);
        WithdrawIntent memory intent = WithdrawIntent({
            user: user, to: payout, amount: 50 * USDC, relayFee: 0, feeTo: address(0), deadline: _now(), salt: 0
        });
        sessions.withdrawBySig(intent, _sign(userKey, _sessionsDigest(_hashWithdrawIntent(intent))));
        assertEq(token.balanceOf(payout), 50 * USDC);
    }

    function test_Pitfall20_aDelegatedUsersCodeMaySignToo() public {
        _delegate(userKey, smart);
        // The code runs on the user's own storage, where it knows no owner yet.
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, user));
        _openSigned(ownerKey);
        vm.prank(user);
        Wallet(user).setOwner(vm.addr(ownerKey));
        _openSigned(ownerKey);
        assertEq(sessions.stream(id).deposit, 10 * USDC);
    }

    function test_Pitfall20_aDelegatedNodeKeyConsentsAndReleases() public {
        _delegate(nodeKey, smart);
        _register();
        _open(10 * USDC);
        uint40 deadline = _now() + 60;
        bytes32 digest = _sessionsDigest(_hashRelease(user, node, session, USDC, 10 * USDC, deadline));
        sessions.closeCooperative(user, node, session, USDC, deadline, _item(USDC), _sign(nodeKey, digest));
        assertEq(_settledOf(id), USDC);
    }

    function test_Pitfall20_aDelegatedNodesCodeReleasesNothing() public {
        _delegate(nodeKey, smart);
        vm.prank(node);
        Wallet(node).setOwner(vm.addr(ownerKey));
        _open(10 * USDC);
        uint40 deadline = _now() + 60;
        bytes32 digest = _sessionsDigest(_hashRelease(user, node, session, 0, 10 * USDC, deadline));
        bytes memory signature = _sign(ownerKey, digest);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadSignature.selector, node));
        sessions.closeCooperative(user, node, session, 0, deadline, "", signature);
    }

    function test_Pitfall20_aDelegatedSessionKeySignsReceiptsAndStops() public {
        _open(10 * USDC);
        _delegate(sessionPk, smart);
        _settle(_item(3 * USDC));
        assertEq(_settledOf(id), 3 * USDC);
        bytes32 digest = _sessionsDigest(_hashStop(user, node, session));
        sessions.stopBySig(user, node, session, _sign(sessionPk, digest));
        assertEq(sessions.stream(id).stoppedAt, _now());
    }
}

/// @title Code that answers nothing.
contract Silent {
    function touch() external {}
}
