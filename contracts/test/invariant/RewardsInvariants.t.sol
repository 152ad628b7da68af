// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NodeParams} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {IX4PNRewards} from "../../src/interfaces/IX4PNRewards.sol";
import {AnyFeed} from "../mocks/OddFeeds.sol";
import {RewardsTest} from "../utils/RewardsTest.sol";
import {RewardsHandler} from "./handlers/RewardsHandler.sol";

/// @dev The handler over a rewards contract, and its nodes in the registry.
abstract contract RewardsHandled is RewardsTest {
    RewardsHandler internal handler;

    function _handle(IX4PNRewards handled) internal {
        handler = new RewardsHandler(handled, new AnyFeed(8), admin, guardian, user);
        for (uint256 i; i < handler.nodes(); ++i) {
            NodeParams memory params = _nodeParams();
            bytes memory consent = _consent(handler.nodeKey(i), operator, _now());
            address listed = handler.node(i);
            vm.prank(operator);
            registry.register(listed, params, _now(), consent);
        }
    }
}

/// @title Invariant 9: minted value ≤ κ × booked fees and ≤ the schedule, and no booked fee is ever forgotten.
contract RewardsInvariants is RewardsHandled {
    function setUp() public override {
        super.setUp();
        _handle(rewards);
        bytes4[] memory selectors = new bytes4[](11);
        selectors[0] = RewardsHandler.wait_.selector;
        selectors[1] = RewardsHandler.pay.selector;
        selectors[2] = RewardsHandler.book.selector;
        selectors[3] = RewardsHandler.roll.selector;
        selectors[4] = RewardsHandler.claim.selector;
        selectors[5] = RewardsHandler.setFloor.selector;
        selectors[6] = RewardsHandler.setKappa.selector;
        selectors[7] = RewardsHandler.setFeed.selector;
        selectors[8] = RewardsHandler.answer.selector;
        selectors[9] = RewardsHandler.pause.selector;
        selectors[10] = RewardsHandler.unpause.selector;
        targetContract(address(handler));
        targetSelector(FuzzSelector({addr: address(handler), selectors: selectors}));
    }

    function invariant_9_Pitfall21_mintedValueStaysUnderKappaTimesTheFeesAndTheSchedule() public view {
        assertFalse(handler.tooMuch());
        assertFalse(handler.mintedInPause());
        assertEq(x4pn.totalSupply(), handler.paid());
    }

    function invariant_9_Pitfall22_noBookedFeeIsForgotten() public view {
        assertFalse(handler.forgotten());
    }

    /// @dev At the end of each run, everything that is still owed is claimed.
    function afterInvariant() public {
        handler.claimEverything();
        assertFalse(handler.tooMuch());
        assertFalse(handler.forgotten());
        assertEq(x4pn.totalSupply(), handler.paid());
    }
}

/// @title That invariant 9 can fail: each broken copy is found, and the real contract passes the same steps.
contract RewardsInvariantsCanFail is RewardsHandled {
    function _run(string memory contract_) private {
        _handle(_deployRewards(contract_));
        // Two nodes, 3 to 1, in one epoch; a third with far more than the schedule in the next.
        handler.pay(0, 30_000_001);
        handler.pay(1, 10_000_000);
        _nextEpoch();
        handler.book(0);
        handler.book(1);
        handler.pay(2, 1e13);
        handler.pay(2, 1e13);
        _nextEpoch();
        handler.book(2);
        _nextEpoch();
        handler.roll(2);
        handler.claim(0, 1, 2);
        handler.claim(1, 1, 2);
        handler.claimEverything();
    }

    function _expect(string memory contract_, bool tooMuch, bool forgotten) private {
        _run(contract_);
        assertEq(handler.tooMuch(), tooMuch);
        assertEq(handler.forgotten(), forgotten);
    }

    function test_theRealContractPasses() public {
        _expect("X4PNRewards.sol:X4PNRewards", false, false);
    }

    function test_whoeverMintsTooMuchIsFound() public {
        _expect("BrokenRewards.sol:MintsTwice", true, false);
    }

    function test_whoeverRoundsUpIsFound() public {
        _expect("BrokenRewards.sol:RoundsUp", true, false);
    }

    function test_whoeverIgnoresTheScheduleIsFound() public {
        _expect("BrokenRewards.sol:IgnoresTheSchedule", true, false);
    }

    function test_whoeverGivesMoreThanAShareIsFound() public {
        _expect("BrokenRewards.sol:SharesRoundedUp", true, false);
    }

    function test_whoeverForgetsAnEpochIsFound() public {
        _expect("BrokenRewards.sol:ForgetsOldEpochs", false, true);
    }

    function test_whoeverForgetsANodeIsFound() public {
        _expect("BrokenRewards.sol:ForgetsSmallNodes", false, true);
    }
}
