// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {PlainToken} from "../mocks/OddTokens.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Passes: what a rate per second claims at a moment.
contract LeaseTest is SessionsTest {
    /// @dev A cent an hour, in 10^-18 USDC a second.
    uint64 private constant CENT_AN_HOUR = 2_777_777_777_778;

    function test_accruesBySecond() public {
        _open(10 * USDC);
        bytes memory item = _item(sessionPk, _lease(0, CENT_AN_HOUR, _now(), _now() + 7 days));
        skip(1 hours);
        _settle(item);
        assertEq(_settledOf(id), 10_000);
        skip(1 hours);
        _settle(item);
        assertEq(_settledOf(id), 20_000);
    }

    function test_addsToWhatWasClaimedBefore() public {
        _open(10 * USDC);
        bytes memory item = _item(sessionPk, _lease(USDC, CENT_AN_HOUR, _now(), _now() + 1 days));
        skip(1 hours);
        _settle(item);
        assertEq(_settledOf(id), USDC + 10_000);
    }

    function test_endsAtItsUntil() public {
        _open(10 * USDC);
        bytes memory item = _item(sessionPk, _lease(0, CENT_AN_HOUR, _now(), _now() + 1 hours));
        skip(30 days);
        _settle(item);
        assertEq(_settledOf(id), 10_000);
    }

    function test_endsAtTheSecondOfTheStop() public {
        _open(10 * USDC);
        bytes memory item = _item(sessionPk, _lease(0, CENT_AN_HOUR, _now(), _now() + 30 days));
        skip(2 hours);
        _stop();
        skip(WINDOW);
        _settle(item);
        assertEq(_settledOf(id), 20_000);
    }

    function test_Pitfall08_isClampedToTheDeposit() public {
        _open(USDC);
        bytes memory item = _item(sessionPk, _lease(type(uint96).max, type(uint64).max, 0, type(uint40).max));
        _settle(item);
        assertEq(_settledOf(id), USDC);
    }

    function test_Pitfall15_aSumOfMoreThan96BitsIsNotCut() public {
        _open(10 * USDC);
        // 2^96 - 1, and 1,000 units more for the time.
        bytes memory item = _item(sessionPk, _lease(type(uint96).max, 1e12, _now(), _now() + 1 days));
        skip(1000);
        _settle(item);
        assertEq(_settledOf(id), 10 * USDC);
    }

    function test_Pitfall15_aStartInTheFutureClaimsNothing() public {
        _open(10 * USDC);
        _settle(_item(sessionPk, _lease(0, type(uint64).max, _now() + 1, _now() + 1000)));
        assertEq(_settledOf(id), 0);
    }

    function test_Pitfall15_aStopBeforeTheStartClaimsNothing() public {
        _open(10 * USDC);
        _stop();
        bytes memory item = _item(sessionPk, _lease(0, type(uint64).max, _now() + 10, _now() + 1000));
        skip(100);
        _settle(item);
        assertEq(_settledOf(id), 0);
    }

    function test_Pitfall15_anUntilBeforeTheStartClaimsOnlyTheCumulative() public {
        _open(10 * USDC);
        _settle(_item(sessionPk, _lease(USDC, type(uint64).max, _now() - 10, _now() - 20)));
        assertEq(_settledOf(id), USDC);
    }

    function testFuzz_Pitfall15_isExactWith6Decimals(
        uint96 cumulative,
        uint64 rate,
        uint40 start,
        uint40 until,
        uint40 moment,
        uint40 stopAfter
    ) public {
        _checkExact(sessions, 1e12, cumulative, rate, start, until, moment, stopAfter);
    }

    function testFuzz_Pitfall15_isExactWith18Decimals(
        uint96 cumulative,
        uint64 rate,
        uint40 start,
        uint40 until,
        uint40 moment,
        uint40 stopAfter
    ) public {
        PlainToken plain = new PlainToken(18);
        plain.mint(user, type(uint96).max);
        sessions = _deploy(address(plain), 18);
        vm.prank(user);
        plain.approve(address(sessions), type(uint256).max);
        _checkExact(sessions, 1, cumulative, rate, start, until, moment, stopAfter);
    }

    function _checkExact(
        IX4PNVpnSessions target,
        uint256 scale,
        uint96 cumulative,
        uint64 rate,
        uint40 start,
        uint40 until,
        uint40 moment,
        uint40 stopAfter
    ) private {
        uint96 deposit = 1_000_000 * USDC;
        _open(deposit);
        uint256 stoppedAt = uint256(_now()) + bound(stopAfter, 0, 365 days);
        uint256 settledAt = bound(moment, stoppedAt, stoppedAt + 3650 days);
        vm.warp(stoppedAt);
        _stop();
        vm.warp(settledAt);
        cumulative = uint96(bound(cumulative, 0, 2 * uint256(deposit)));
        target.settle(node, _item(sessionPk, _lease(cumulative, rate, start, until)));

        // The stop comes before the settlement, so it and the lease's own end decide.
        uint256 end = until < stoppedAt ? until : stoppedAt;
        uint256 claim = cumulative + (end > start ? uint256(rate) * (end - start) / scale : 0);
        assertEq(target.stream(id).settled, claim < deposit ? claim : deposit);
    }
}
