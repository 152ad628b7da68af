// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NodeParams} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {NodeAccount, Stream} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";
import {SessionsHandler} from "./handlers/SessionsHandler.sol";

/// @title What holds after any sequence of calls.
contract Invariants is SessionsTest {
    SessionsHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new SessionsHandler(sessions, token);
        for (uint256 i; i < handler.nodes(); ++i) {
            NodeParams memory params = _nodeParams();
            bytes memory consent = _consent(handler.nodeKey(i), operator, _now());
            address listed = handler.node(i);
            vm.prank(operator);
            registry.register(listed, params, _now(), consent);
        }
        targetContract(address(handler));
    }

    /// @dev Not only enough: exactly what is owed, plus what somebody gave away.
    function invariant_theContractHoldsExactlyWhatItOwes() public view {
        uint256 owed = sessions.treasuryBalance();
        for (uint256 i; i < handler.streams(); ++i) {
            Stream memory stream = sessions.stream(handler.idAt(i));
            if (stream.flags == 1) owed += stream.deposit - stream.settled;
        }
        for (uint256 i; i < handler.users(); ++i) {
            owed += sessions.balanceOf(handler.user(i));
        }
        for (uint256 i; i < handler.nodes(); ++i) {
            NodeAccount memory account = sessions.nodeAccount(handler.node(i));
            owed += uint256(account.balance) + account.pendingFees;
        }
        assertEq(token.balanceOf(address(sessions)), owed + handler.donated());
    }

    function invariant_aStreamNeverPaysMoreThanItsDeposit() public view {
        for (uint256 i; i < handler.streams(); ++i) {
            Stream memory stream = sessions.stream(handler.idAt(i));
            assertLe(stream.settled, stream.deposit);
        }
    }

    function invariant_Pitfall04_settledNeverFallsAndAClosedStreamNeverPaysAgain() public view {
        assertFalse(handler.broken());
    }

    function invariant_Pitfall22_everyBookedFeeIsAWeightOnce() public view {
        uint256 last = sessions.currentEpoch();
        uint256 weights;
        uint256 totals;
        for (uint256 epoch = 1_800_000_000 / EPOCH; epoch <= last; ++epoch) {
            totals += sessions.totalBookedFees(epoch);
            for (uint256 i; i < handler.nodes(); ++i) {
                weights += sessions.bookedFees(handler.node(i), epoch);
            }
        }
        assertEq(weights, totals);
        assertEq(totals, sessions.treasuryBalance() + handler.treasuryPaid());
    }
}
