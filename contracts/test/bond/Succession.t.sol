// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNNodeBond} from "../../src/interfaces/IX4PNNodeBond.sol";
import {IX4PNNodeRegistry} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {BondTest} from "../utils/BondTest.sol";

/// @title A bond goes with its node: to successors, and to the next operator.
contract SuccessionTest is BondTest {
    address private next = makeAddr("next operator");

    function _offer(address id_) private {
        vm.prank(operator);
        registry.transferOperator(id_, next);
    }

    function _accept(address id_) private {
        vm.prank(next);
        registry.acceptOperator(id_);
    }

    // -------------------------------------------------------------- succession

    function test_aSuccessorCarriesTheBondItsExitAndItsCases() public {
        _startExit(400 * X4PN);
        uint256 exitAt = bonds.bondOf(node).exitAt;
        uint256 caseId = _openCase(CASE_CAP);
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.BondCarriedOn(node, successor, BOND);
        _succeed(node, successor, successorKey);
        _assertBond(node, 0, 0, 0);
        assertEq(bonds.bondOf(node).exitAt, 0);
        _assertBond(successor, BOND, 400 * X4PN, CASE_CAP);
        assertEq(bonds.bondOf(successor).exitAt, exitAt);
        assertEq(bonds.bondHolderOf(node), successor);
        assertFalse(bonds.isBonded(node));
        assertTrue(bonds.isBonded(successor));

        skip(7 days);
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.Slashed(caseId, node, successor, CASE_CAP, BOND - CASE_CAP);
        _execute(caseId);
        _assertBond(successor, BOND - CASE_CAP, 400 * X4PN, 0);
        skip(23 days);
        vm.prank(operator);
        assertEq(bonds.finishExit(successor, operator), 400 * X4PN);
    }

    function test_aCaseAgainstAnOldIdReachesTheBond() public {
        _succeed(node, successor, successorKey);
        assertEq(bonds.slashable(node), CASE_CAP);
        uint256 caseId = _openCase(CASE_CAP);
        _assertBond(successor, BOND, 0, CASE_CAP);
        _object(caseId);
        skip(14 days);
        _execute(caseId);
        _assertBond(successor, BOND - CASE_CAP, 0, 0);
    }

    /// @dev However long the line, the caps count once for all of it, and nothing costs more.
    function test_succeedingAgainAndAgainEscapesNothing() public {
        address last = node;
        _openCase(CASE_CAP);
        for (uint256 i; i < 20; ++i) {
            uint256 key = 5_000 + i;
            _succeed(last, vm.addr(key), key);
            last = vm.addr(key);
            if (i == 9) _openCase(type(uint256).max);
        }
        _assertBond(last, BOND, 0, EPOCH_CAP);
        assertEq(bonds.bondHolderOf(node), last);
        assertEq(bonds.bondHolderOf(vm.addr(5_007)), last);
        assertEq(bonds.slashable(vm.addr(5_003)), 0);
        _assertBond(vm.addr(5_018), 0, 0, 0);
        vm.prank(operator);
        bonds.addBond(last, 1);
        _assertBond(last, BOND + 1, 0, EPOCH_CAP);
    }

    function test_aSuccessionNeedsNoMinimum() public {
        _setMinimum(10_000 * X4PN);
        _succeed(node, successor, successorKey);
        _assertBond(successor, BOND, 0, 0);
        assertFalse(bonds.isBonded(successor));
    }

    // ---------------------------------------------------- the operator changes

    function test_aNewOperatorControlsTheBond() public {
        _offer(node);
        _accept(node);
        vm.startPrank(next);
        bonds.startExit(node, BOND);
        skip(30 days);
        bonds.finishExit(node, next);
        assertEq(x4pn.balanceOf(next), BOND);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_NotOperator.selector, node, operator));
        _startExit(0);
    }

    function test_whoeverIsOfferedANodeControlsNothingYet() public {
        _offer(node);
        vm.prank(next);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_NotOperator.selector, node, next));
        bonds.startExit(node, BOND);
    }

    function test_aCaseIsNotDodgedByChangingTheOperator() public {
        uint256 caseId = _openCase(CASE_CAP);
        _offer(node);
        _accept(node);
        _assertBond(node, BOND, 0, CASE_CAP);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_NotOperator.selector, caseId, operator));
        _object(caseId);
        vm.prank(next);
        bonds.objectTo(caseId, "bafy");
        skip(14 days);
        assertEq(_execute(caseId), CASE_CAP);
    }

    /// @dev An offer from before the bond was posted would let `next` walk away with it.
    function test_postingABondTakesAnOldOfferBack() public {
        _offer(node);
        vm.expectEmit(address(registry));
        emit IX4PNNodeRegistry.OperatorTransferStarted(node, operator, address(0));
        vm.prank(operator);
        bonds.addBond(node, 1);
        _expectNoOffer();
    }

    /// @dev And nobody accepts a node out of which the bond went a moment before.
    function test_takingTheBondOutTakesAnOfferBack() public {
        _offer(node);
        _startExit(BOND);
        _expectNoOffer();
        skip(30 days);
        _offer(node);
        _finishExit();
        _expectNoOffer();
    }

    function test_aSuccessionTakesAnOfferBack() public {
        _offer(node);
        _succeed(node, successor, successorKey);
        _expectNoOffer();
    }

    /// @dev The old id can still change hands, for its payout; the bond does not go with it.
    function test_whoeverTakesAnOldIdOverGetsNoBond() public {
        _succeed(node, successor, successorKey);
        _offer(node);
        _accept(node);
        assertEq(registry.operatorOf(node), next);
        uint256 caseId = _openCase(1);
        vm.startPrank(next);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_NotOperator.selector, caseId, next));
        bonds.objectTo(caseId, "bafy");
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_HasSuccessor.selector, node, successor));
        bonds.startExit(node, 1);
        vm.stopPrank();
        _object(caseId);
    }

    function _expectNoOffer() private {
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_NotPendingOperator.selector, node, next));
        _accept(node);
    }
}
