// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNRewards} from "../../src/interfaces/IX4PNRewards.sol";
import {RewardsTest} from "../utils/RewardsTest.sol";

/// @title What an epoch mints: κ × fees at the reference price, under the schedule, fixed once.
contract RollTest is RewardsTest {
    function test_fixesWhatTheEpochMints() public {
        uint256 epoch = _bookedEpoch(300 * USDC, 100 * USDC);
        // 40% of 400 USDC, at 2 cents.
        uint256 minted = 8_000 * X4PN;
        vm.expectEmit(address(rewards));
        emit IX4PNRewards.EpochRolled(epoch, 400 * USDC, minted, FLOOR);
        vm.prank(relayer);
        assertEq(rewards.roll(epoch), minted);
        (bool rolled, uint256 fixed_) = rewards.epochReward(epoch);
        assertTrue(rolled);
        assertEq(fixed_, minted);
        assertEq(x4pn.totalSupply(), 0);
    }

    function test_revertsWhen_theEpochIsOpen() public {
        uint256 epoch = sessions.currentEpoch();
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_EpochOpen.selector, epoch));
        rewards.roll(epoch);
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_EpochOpen.selector, type(uint256).max));
        rewards.roll(type(uint256).max);
        _nextEpoch();
        rewards.roll(epoch);
    }

    function test_Pitfall22_eachEpochIsRolledOnceInAnyOrder() public {
        uint256 first = _bookedEpoch(10 * USDC, 0);
        uint256 second = _bookedEpoch(20 * USDC, 0);
        _nextEpoch();
        uint256 empty = sessions.currentEpoch() - 1;
        assertEq(rewards.roll(empty), 0);
        assertEq(rewards.roll(second), _worth(20 * USDC, FLOOR));
        assertEq(rewards.roll(first), _worth(10 * USDC, FLOOR));
        uint256[3] memory all = [first, second, empty];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_AlreadyRolled.selector, all[i]));
            rewards.roll(all[i]);
        }
    }

    function test_whatIsRolledIsNotChangedByALaterParameter() public {
        uint256 epoch = _bookedEpoch(10 * USDC, 0);
        uint256 minted = rewards.roll(epoch);
        vm.startPrank(admin);
        rewards.setReferenceFloor(1_000 * FLOOR);
        rewards.setKappa(0);
        vm.stopPrank();
        skip(7 days);
        _register();
        assertEq(_claim(epoch), minted);
    }

    // ---------------------------------------------------------- the schedule

    function test_theScheduleHalvesAndStaysUnderTheCap() public view {
        uint256 first = rewards.FIRST_EPOCH();
        uint256 halving = rewards.HALVING_EPOCHS();
        assertEq(halving, 208);
        assertEq(first, sessions.currentEpoch());
        assertEq(rewards.INITIAL_SCHEDULE(), 1e27 / uint256(416));
        assertEq(rewards.schedule(first - 1), 0);
        assertEq(rewards.schedule(first), rewards.INITIAL_SCHEDULE());
        assertEq(rewards.schedule(first + halving - 1), rewards.INITIAL_SCHEDULE());
        assertEq(rewards.schedule(first + halving), rewards.INITIAL_SCHEDULE() / 2);
        assertEq(rewards.schedule(type(uint256).max), 0);
        uint256 sum;
        uint256 period;
        while (rewards.schedule(first + period * halving) != 0) {
            sum += halving * rewards.schedule(first + period++ * halving);
        }
        assertLe(sum, 1e27);
        assertGt(sum, 0.99e27);
    }

    function test_anEpochMintsAtMostItsSchedule() public {
        uint256 epoch = _bookedEpoch(1_000_000 * uint256(USDC), 0);
        assertGt(_worth(1_000_000 * uint256(USDC), FLOOR), rewards.schedule(epoch));
        assertEq(rewards.roll(epoch), rewards.schedule(epoch));
    }

    function test_nothingIsMintedForFeesFromBeforeTheRewards() public {
        uint256 epoch = _bookedEpoch(10 * USDC, 0);
        rewards = _deployRewards();
        assertEq(rewards.roll(epoch), 0);
    }

    // ------------------------------------------------------------ the bound

    /// @dev Minted value, at the reference price, in exact integers: minted × price ≤ κ × fees × 10^18.
    function testFuzz_Pitfall21_mintedValueStaysUnderKappaTimesTheFees(uint256 fees, uint256 otherFees, uint256 floor)
        public
    {
        fees = bound(fees, 0, 1e15);
        otherFees = bound(otherFees, 0, 1e15);
        floor = bound(floor, FLOOR, rewards.FLOOR_MAX());
        vm.prank(admin);
        rewards.setReferenceFloor(floor);
        uint256 epoch = _bookedEpoch(fees, otherFees);
        uint256 minted = rewards.roll(epoch);
        assertLe(minted * floor * 10_000, KAPPA_BPS * (fees + otherFees) * X4PN);
        assertLe(minted, rewards.schedule(epoch));
        if (minted < rewards.schedule(epoch)) {
            assertGt((minted + 1) * floor * 10_000, KAPPA_BPS * (fees + otherFees) * X4PN);
        }
        _register();
        _registerOther();
        uint256 sum = _claim(epoch) + rewards.claim(other, _list(epoch));
        assertLe(sum, minted);
        assertLe(minted - sum, 1);
    }

    /// @dev The farmer's balance: what it cost, and what the market gives for what was minted.
    function test_Pitfall21_selfDealingLosesWhileTheMarketIsUnderReferenceByKappa() public {
        uint256 fees = 500 * USDC;
        uint256 epoch = _bookedEpoch(fees, 0);
        _register();
        uint256 minted = _claim(epoch);
        uint256 breakEven = FLOOR * 10_000 / KAPPA_BPS;
        assertEq(minted * breakEven / X4PN, fees);
        assertLt(minted * (breakEven - 1) / X4PN, fees);
    }
}
