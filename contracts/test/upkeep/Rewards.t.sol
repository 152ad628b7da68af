// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNRewards} from "../../src/interfaces/IX4PNRewards.sol";
import {IX4PNUpkeep, UpkeepPage, UpkeepWork} from "../../src/interfaces/IX4PNUpkeep.sol";
import {RewardsTest} from "../utils/RewardsTest.sol";

/// @title The upkeep with the real rewards contract: what it rolls, nodes can claim.
contract UpkeepRewardsTest is RewardsTest {
    IX4PNUpkeep private upkeep;

    function setUp() public override {
        super.setUp();
        upkeep = IX4PNUpkeep(deployCode("X4PNUpkeep.sol:X4PNUpkeep", abi.encode(address(sessions), address(rewards))));
        _register();
        // Ended epochs without fees are rolled too, once.
        _perform(_check());
    }

    function _check() private returns (UpkeepWork memory) {
        uint256 state = vm.snapshotState();
        (, bytes memory data) = upkeep.checkUpkeep(abi.encode(UpkeepPage(0, 100, 0, 0)));
        vm.revertToState(state);
        return abi.decode(data, (UpkeepWork));
    }

    function _perform(UpkeepWork memory work) private {
        upkeep.performUpkeep(abi.encode(work));
    }

    function test_rollsAnEndedEpochOnceAndWhatItMintsCanBeClaimed() public {
        uint256 epoch = _bookedEpoch(10 * USDC, 0);
        UpkeepWork memory work = _check();
        assertEq(work.epochs[work.epochs.length - 1], epoch);
        _perform(work);
        (bool rolled, uint256 minted) = rewards.epochReward(epoch);
        assertTrue(rolled);
        assertEq(minted, _worth(10 * USDC, FLOOR));
        assertEq(_claim(epoch), minted);
        assertEq(_check().epochs.length, 0);
    }

    function test_whileMintingIsPausedTheRestGoesOn() public {
        uint256 epoch = _bookedEpoch(10 * USDC, 0);
        vm.prank(guardian);
        rewards.pauseMinting();
        UpkeepWork memory work = _check();
        assertEq(work.epochs.length, 0);
        assertEq(work.payOut.length, 1);
        work.epochs = _list(epoch);
        vm.expectEmit(address(upkeep));
        emit IX4PNUpkeep.CallFailed(address(rewards), IX4PNRewards.roll.selector, epoch);
        _perform(work);
        assertGt(token.balanceOf(payout), 0);
        vm.warp(rewards.mintingPausedUntil());
        work = _check();
        assertEq(work.epochs[work.epochs.length - 1], sessions.currentEpoch() - 1);
    }
}
