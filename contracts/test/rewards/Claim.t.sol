// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNRewards} from "../../src/interfaces/IX4PNRewards.sol";
import {RewardsTest} from "../utils/RewardsTest.sol";

/// @title Claiming: by anyone, for many epochs, to the node's payout address, at any time after.
contract ClaimTest is RewardsTest {
    function test_mintsTheShareToThePayoutAddress() public {
        uint256 epoch = _bookedEpoch(300 * USDC, 100 * USDC);
        _register();
        rewards.roll(epoch);
        assertEq(rewards.claimable(node, epoch), 6_000 * X4PN);
        vm.expectEmit(address(rewards));
        emit IX4PNRewards.RewardClaimed(node, payout, epoch, 6_000 * X4PN);
        vm.prank(relayer);
        assertEq(_claim(epoch), 6_000 * X4PN);
        assertEq(x4pn.balanceOf(payout), 6_000 * X4PN);
        assertEq(x4pn.totalSupply(), 6_000 * X4PN);
        assertTrue(rewards.isClaimed(node, epoch));
        assertFalse(rewards.isClaimed(other, epoch));
        assertEq(rewards.claimable(node, epoch), 0);
        assertEq(rewards.claimable(other, epoch), 2_000 * X4PN);
    }

    function test_rollsWhatNobodyRolled() public {
        uint256 epoch = _bookedEpoch(300 * USDC, 100 * USDC);
        _register();
        assertEq(rewards.claimable(node, epoch), 6_000 * X4PN);
        vm.expectEmit(address(rewards));
        emit IX4PNRewards.EpochRolled(epoch, 400 * USDC, 8_000 * X4PN, FLOOR);
        assertEq(_claim(epoch), 6_000 * X4PN);
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_AlreadyRolled.selector, epoch));
        rewards.roll(epoch);
    }

    function test_takesManyEpochsAtOnceAndEachOnce() public {
        _register();
        uint256[] memory epochs = new uint256[](12);
        uint256 expected;
        for (uint256 i; i < 10; ++i) {
            epochs[i] = _bookedEpoch((i + 1) * USDC, USDC);
            expected += _worth((i + 1) * USDC, FLOOR);
        }
        // One twice, and one in which the node earned nothing.
        (epochs[10], epochs[11]) = (epochs[3], epochs[9] - 1);
        assertEq(rewards.claim(node, epochs), expected);
        assertEq(x4pn.balanceOf(payout), expected);
        assertEq(rewards.claim(node, epochs), 0);
        assertEq(x4pn.totalSupply(), expected);
    }

    /// @dev Somebody claims one of the epochs first: the rest is paid all the same.
    function test_nobodyCanSpoilABatch() public {
        _register();
        uint256[] memory epochs = new uint256[](2);
        epochs[0] = _bookedEpoch(10 * USDC, 0);
        epochs[1] = _bookedEpoch(20 * USDC, 0);
        vm.prank(relayer);
        _claim(epochs[0]);
        assertEq(rewards.claim(node, epochs), _worth(20 * USDC, FLOOR));
        assertEq(x4pn.balanceOf(payout), _worth(30 * USDC, FLOOR));
    }

    function test_revertsWhen_anEpochIsOpen() public {
        _register();
        uint256 epoch = sessions.currentEpoch();
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_EpochOpen.selector, epoch));
        _claim(epoch);
        assertEq(rewards.claimable(node, epoch), 0);
    }

    function test_waitsForAPayoutAddress() public {
        uint256 epoch = _bookedEpoch(10 * USDC, 0);
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_NoPayout.selector, node));
        _claim(epoch);
        skip(1000 days);
        _register();
        assertEq(_claim(epoch), _worth(10 * USDC, FLOOR));
    }

    // -------------------------------------------------------- nothing is lost

    function test_feesBookedLateCountInTheEpochOfBooking() public {
        _register();
        _collect(node, 10 * USDC);
        uint256 collected = sessions.currentEpoch();
        skip(20 * EPOCH);
        sessions.book(node);
        uint256 booked = sessions.currentEpoch();
        _nextEpoch();
        assertEq(_claim(collected), 0);
        assertEq(_claim(booked), _worth(10 * USDC, FLOOR));
    }

    function test_nothingIsLostWhenNobodyDoesAnythingForYears() public {
        _register();
        uint256 first = _bookedEpoch(10 * USDC, 0);
        uint256 second = _bookedEpoch(20 * USDC, 5 * USDC);
        skip(3650 days);
        assertEq(_claim(second), _worth(20 * USDC, FLOOR));
        assertEq(_claim(first), _worth(10 * USDC, FLOOR));
    }

    // --------------------------------------------------------------- pausing

    function _pause() private {
        vm.prank(guardian);
        rewards.pauseMinting();
    }

    function test_aPauseDelaysAndEndsByItself() public {
        _register();
        uint256 epoch = _bookedEpoch(10 * USDC, 0);
        uint256 until = _now() + 7 days;
        vm.expectEmit(address(rewards));
        emit IX4PNRewards.MintingPaused(until);
        _pause();
        assertEq(rewards.mintingPausedUntil(), until);
        bytes memory refusal = abi.encodeWithSelector(IX4PNRewards.Rewards_Paused.selector, until);
        vm.expectRevert(refusal);
        rewards.roll(epoch);
        vm.expectRevert(refusal);
        _claim(epoch);
        skip(7 days - 1);
        vm.expectRevert(refusal);
        _claim(epoch);
        skip(1);
        assertEq(_claim(epoch), _worth(10 * USDC, FLOOR));
    }

    /// @dev Whatever the guardian does, there is a week after each pause.
    function test_aPauseCannotBeProlongedOrFollowedAtOnce() public {
        _pause();
        uint256 from = _now() + 14 days;
        bytes memory refusal = abi.encodeWithSelector(IX4PNRewards.Rewards_PauseTooSoon.selector, from);
        vm.expectRevert(refusal);
        _pause();
        skip(14 days - 1);
        vm.expectRevert(refusal);
        _pause();
        skip(1);
        _pause();
        assertEq(rewards.mintingPausedUntil(), _now() + 7 days);
    }

    function test_aPauseCanBeEndedEarly() public {
        uint256 epoch = _bookedEpoch(10 * USDC, 0);
        _pause();
        skip(1 days);
        vm.expectEmit(address(rewards));
        emit IX4PNRewards.MintingUnpaused();
        vm.prank(guardian);
        rewards.unpauseMinting();
        rewards.roll(epoch);
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_PauseTooSoon.selector, _now() + 7 days));
        _pause();
        // Without a pause it does nothing: above all it does not put the next one off.
        skip(3 days);
        vm.prank(guardian);
        rewards.unpauseMinting();
        skip(4 days);
        _pause();
    }
}
